import type protobuf from "protobufjs/minimal.js";
import type { Api } from "./gen/api.ts";

export type { Api };

/** Name of a service of the contract: "Identity", "Ipam", "Compiler", "Loader", "LoadBalancer". */
export type ServiceName = keyof Api;

/** Names of a service's methods as functions: "allocate", "release" ... */
export type MethodName<S extends ServiceName> = keyof Api[S] & string;

/** A message's static code, as far as it is needed here. */
export interface Codec {
  encode(message: never, writer?: protobuf.Writer): protobuf.Writer;
  decode(reader: Uint8Array, length?: number): object;
}

type RequestCodec<S extends ServiceName, M extends MethodName<S>> = Api[S][M] extends readonly [
  infer C,
  unknown,
]
  ? C
  : never;
type ResponseCodec<S extends ServiceName, M extends MethodName<S>> = Api[S][M] extends readonly [
  unknown,
  infer C,
]
  ? C
  : never;
type Sent<C> = C extends { encode(message: infer T, writer?: protobuf.Writer): protobuf.Writer } ? T : never;
type Received<C> = C extends { decode(reader: Uint8Array, length?: number): infer T } ? T : never;

/** A request as the caller writes it: every field may be left out. */
export type RequestInput<S extends ServiceName, M extends MethodName<S>> = Sent<RequestCodec<S, M>>;

/** A request as the handler gets it: scalar fields and lists are always there, message fields may be null. */
export type Request<S extends ServiceName, M extends MethodName<S>> = Received<RequestCodec<S, M>>;

/** A response as the handler writes it. */
export type ResponseInput<S extends ServiceName, M extends MethodName<S>> = Sent<ResponseCodec<S, M>>;

/** A response as the caller gets it. */
export type Response<S extends ServiceName, M extends MethodName<S>> = Received<ResponseCodec<S, M>>;

/** What a handler knows of the call beside the request. */
export interface Call {
  /** Aborted when the caller goes away or the deadline passes. */
  readonly signal: AbortSignal;
  /** Who asks, as the caller says ("cli:root", "loader/h1"); "unknown" when it says nothing. */
  readonly actor: string;
  /** What led here, for the events that the call leads to: an event's id, or `<service>/<method>#<trace or request id>`. */
  readonly cause: string;
  /** When the answer is of no use any more. */
  readonly deadline: Date;
}

/** One function for each method of a service. */
export type Handlers<S extends ServiceName> = {
  readonly [M in MethodName<S>]: (
    request: Request<S, M>,
    call: Call,
  ) => ResponseInput<S, M> | Promise<ResponseInput<S, M>>;
};

/** What one call may set. */
export interface CallOptions {
  /** How long the answer is waited for; 10,000 by default. There is no call without a deadline. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /** Who asks; the client's actor by default. */
  readonly actor?: string;
  /** What led to this call: an event's id, or the cause of the call that is being answered. By default the call itself. */
  readonly cause?: string;
}

/** A service as its callers see it. */
export type Client<S extends ServiceName> = {
  readonly [M in MethodName<S>]: (
    request: RequestInput<S, M>,
    options?: CallOptions,
  ) => Promise<Response<S, M>>;
} & Disposable & {
    /** Closes the connection; calls under way fail as CANCELLED. */
    close(): void;
  };
