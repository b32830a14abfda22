import { type Core, readLook } from "./core.ts";
import { readOrPass } from "./envelope.ts";
import { type Delivered, pull } from "./pull.ts";
import { checkSignal } from "./retry.ts";
import { logStream } from "./streams.ts";
import type { OnUnknown, ReadRequest, Recorded } from "./types.ts";

/** Replays a bounded part of the log: what is there now, no further than `to`. */
export async function* read(core: Core, request: ReadRequest): AsyncGenerator<Recorded> {
  const { from = 1, subject, onUnknown, signal } = request;
  // Not until nothing more comes: where a part of the file is damaged, less comes than the server promises.
  const to = request.to ?? (await readLook(core, signal)).head;
  for await (const batch of pull(core, { stream: logStream, from, to, subject }, signal)) {
    for (const delivered of batch) {
      checkSignal(signal);
      const recorded = fromDelivered(delivered, onUnknown);
      if (recorded !== undefined) yield recorded;
    }
  }
}

/** An event out of a delivered message. */
export function fromDelivered({ message, revision }: Delivered, onUnknown?: OnUnknown): Recorded | undefined {
  return readOrPass(message.subject, revision, message.headers, message.data, onUnknown);
}
