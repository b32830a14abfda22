// gRPC as Weft uses it: typed by the contract, on Unix sockets, with deadlines, errors, health, reflection and traces.
export type {
  Api,
  Call,
  CallOptions,
  Client,
  Handlers,
  MethodName,
  Request,
  RequestInput,
  Response,
  ResponseInput,
  ServiceName,
} from "./api.ts";
export { type BatcherOptions, batcher } from "./batcher.ts";
export { breather } from "./breather.ts";
export { newCause } from "./cause.ts";
export { type ConnectOptions, connect } from "./connect.ts";
export { type Connection, followConnection } from "./follow-connection.ts";
export { type HealthProbe, openHealthProbe } from "./probe.ts";
export { type RpcServer, type ServeOptions, serve } from "./serve.ts";
export { type BoundSocket, bindSocket } from "./socket.ts";
