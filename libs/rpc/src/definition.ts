import { weft } from "@weft/proto";
import type protobuf from "protobufjs/minimal.js";
import type { ServiceName } from "./api.ts";
import { descriptors, methodName } from "./descriptors.ts";

/** One unary method, ready for grpc-js on both sides. */
export interface MethodDefinition {
  readonly path: string;
  readonly requestStream: false;
  readonly responseStream: false;
  requestSerialize(message: object): Buffer;
  requestDeserialize(bytes: Buffer): object;
  responseSerialize(message: object): Buffer;
  responseDeserialize(bytes: Buffer): object;
}

/** A service of the contract: full name, and its methods by their TypeScript names. */
export interface ServiceDefinition {
  readonly fullName: string;
  readonly methods: Readonly<Record<string, MethodDefinition>>;
}

/** A request that is no message of its type; who handles it answers so, because the transport would say INTERNAL. */
export class Malformed {
  readonly reason: string;
  readonly expected: string;
  constructor(reason: string, expected: string) {
    this.reason = reason;
    this.expected = expected;
  }
}

interface AnyCodec {
  encode(message: object): protobuf.Writer;
  decode(bytes: Uint8Array): object;
}

const definitions = new Map<string, ServiceDefinition>();

/** The definition of a service, from the compiled descriptor set and the static codecs; made once. */
export function serviceDefinition(service: ServiceName): ServiceDefinition {
  const known = definitions.get(service);
  if (known !== undefined) return known;
  const descriptor = descriptors().services.find(({ name }) => name === service);
  if (descriptor === undefined) throw new Error(`the contract has no service "${service}"`);
  const methods = descriptor.methods.map((method) => {
    const definition = methodDefinition(
      `/${descriptor.fullName}/${method.name}`,
      method.input,
      method.output,
    );
    return [methodName(method.name), definition] as const;
  });
  const definition = { fullName: descriptor.fullName, methods: Object.fromEntries(methods) };
  definitions.set(service, definition);
  return definition;
}

function methodDefinition(path: string, input: string, output: string): MethodDefinition {
  const request = codec(input);
  const response = codec(output);
  return {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: (message) => encode(request, message),
    requestDeserialize: (bytes) => read(request, input, bytes),
    responseSerialize: (message) => encode(response, message),
    responseDeserialize: (bytes) => response.decode(bytes),
  };
}

function read(codec: AnyCodec, type: string, bytes: Buffer): object {
  try {
    return complete(codec.decode(bytes)) as object;
  } catch (error) {
    return new Malformed((error as Error).message, `a message ${type}`);
  }
}

/** Plain data with every field: what is not set lies on a prototype, and would be lost to whoever copies the message. */
function complete(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(complete);
  const result: Record<string, unknown> = {};
  for (const key in value) result[key] = complete((value as Record<string, unknown>)[key]);
  return result;
}

function encode(codec: AnyCodec, message: object): Buffer {
  const bytes = codec.encode(message).finish();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function codec(fullName: string): AnyCodec {
  let found: unknown = { weft };
  for (const part of fullName.split(".")) found = Reflect.get(Object(found), part);
  if (!isCodec(found)) throw new Error(`no static code for message ${fullName}`);
  return found;
}

function isCodec(value: unknown): value is AnyCodec {
  return typeof value === "function" && "encode" in value && "decode" in value;
}
