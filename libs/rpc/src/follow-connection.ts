import type { RpcServer } from "./serve.ts";

/** A connection that tells what becomes of it, as NATS connections do. */
export interface Connection {
  status(): AsyncIterable<{ readonly type: string }>;
}

/** Lets a server's health say NOT_SERVING while the connection it depends on is away; ends with the connection. */
export async function followConnection(
  server: Pick<RpcServer, "setServing">,
  connection: Connection,
): Promise<void> {
  for await (const { type } of connection.status()) {
    if (type === "disconnect") server.setServing(false);
    if (type === "reconnect") server.setServing(true);
  }
}
