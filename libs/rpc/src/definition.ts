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
    requestDeserialize: (bytes) => request.decode(bytes),
    responseSerialize: (message) => encode(response, message),
    responseDeserialize: (bytes) => response.decode(bytes),
  };
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
