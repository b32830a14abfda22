import { readFileSync } from "node:fs";
import { descriptorSet } from "@weft/proto";
import protobuf from "protobufjs/minimal.js";

/** One method as compiled: types are full names without the leading dot. */
interface MethodDescriptor {
  readonly name: string;
  readonly input: string;
  readonly output: string;
  readonly streaming: boolean;
}

/** One service as compiled. */
interface ServiceDescriptor {
  /** Full name, e.g. "weft.v1.Identity". */
  readonly fullName: string;
  readonly name: string;
  readonly methods: readonly MethodDescriptor[];
}

/** The compiled descriptor set: services to define, and the files as they are, for reflection. */
export interface Descriptors {
  readonly services: readonly ServiceDescriptor[];
  readonly files: readonly Buffer[];
}

type Fields = ReadonlyMap<number, readonly (Uint8Array | number)[]>;

let cached: Descriptors | undefined;

/** Reads `proto/gen/weft.binpb` once. Field numbers are those of google/protobuf/descriptor.proto. */
export function descriptors(): Descriptors {
  cached ??= readDescriptors(readFileSync(descriptorSet));
  return cached;
}

/** Reads a FileDescriptorSet; just the parts that define services, at a hundredth of the cost of a full reader. */
export function readDescriptors(bytes: Uint8Array): Descriptors {
  const files = messages(readFields(bytes), 1);
  const services = files.flatMap((file) => {
    const fields = readFields(file);
    const scope = text(fields, 2);
    return messages(fields, 6).map((service) => readService(scope, readFields(service)));
  });
  return { services, files: files.map((file) => Buffer.from(file)) };
}

/** The name a method has in TypeScript: "AssignHostPrefix" -> "assignHostPrefix". */
export function methodName(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

function readService(scope: string, fields: Fields): ServiceDescriptor {
  const name = text(fields, 1);
  const methods = messages(fields, 2).map((bytes) => {
    const method = readFields(bytes);
    return {
      name: text(method, 1),
      input: text(method, 2).replace(/^\./, ""),
      output: text(method, 3).replace(/^\./, ""),
      streaming: method.has(5) || method.has(6),
    };
  });
  return { fullName: `${scope}.${name}`, name, methods };
}

function readFields(bytes: Uint8Array): Fields {
  const reader = protobuf.Reader.create(bytes);
  const fields = new Map<number, (Uint8Array | number)[]>();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const values = fields.get(tag >>> 3) ?? [];
    fields.set(tag >>> 3, values);
    if ((tag & 7) === 2) values.push(reader.bytes());
    else if ((tag & 7) === 0) values.push(reader.int32());
    else reader.skipType(tag & 7);
  }
  return fields;
}

function messages(fields: Fields, field: number): Uint8Array[] {
  return (fields.get(field) ?? []).filter((value) => typeof value !== "number");
}

function text(fields: Fields, field: number): string {
  const value = fields.get(field)?.[0];
  return value === undefined || typeof value === "number" ? "" : Buffer.from(value).toString("utf8");
}
