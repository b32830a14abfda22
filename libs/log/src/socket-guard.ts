import type { Socket } from "node:net";
import { NodeTransport } from "@nats-io/transport-node/lib/node_transport.js";

/**
 * Keeps a late socket error from ending the process. When the server goes away, the client (3.4.0) answers the end of
 * the stream with an empty write, and may strip all listeners before Node reports `write after end`; an 'error' that
 * nobody listens to is an uncaught exception. The connection is being given up then, so there is nothing else to do.
 */
export function guardSockets(): void {
  if (guarded) return;
  guarded = true;
  const dial = NodeTransport.prototype.dial;
  NodeTransport.prototype.dial = async function (this: NodeTransport, ...target) {
    return guard(await dial.apply(this, target));
  };
}

let guarded = false;

function guard(socket: Socket): Socket {
  const remove = socket.removeAllListeners.bind(socket);
  socket.removeAllListeners = (...names) => {
    remove(...names);
    return socket.on("error", () => undefined);
  };
  return socket.on("error", () => undefined);
}
