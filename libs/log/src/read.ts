import { type Core, readLook, readTail } from "./core.ts";
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

/** The last event of a subject that can be read; what is behind it costs a replay of the subject. */
export async function readLast(
  core: Core,
  subject: string,
  onUnknown: OnUnknown,
): Promise<Recorded | undefined> {
  const tail = await readTail(core, subject);
  if (tail === undefined || tail.event !== undefined) return tail?.event;
  let last: Recorded | undefined;
  for await (const event of read(core, { subject, to: tail.revision, onUnknown })) last = event;
  return last;
}

/** An event out of a delivered message. */
export function fromDelivered({ message, revision }: Delivered, onUnknown?: OnUnknown): Recorded | undefined {
  return readOrPass(message.subject, revision, message.headers, message.data, onUnknown);
}
