import { type Core, getStored } from "./core.ts";
import { traceStream } from "./streams.ts";
import { subjectToken } from "./subjects.ts";

/** Sends spans to the trace stream, without waiting: a trace is worth less than what it traces. */
export function publishTrace(core: Core, traceId: string, spans: Uint8Array): void {
  if (!core.nats.isClosed()) core.nats.publish(`weft.trace.${subjectToken(traceId)}`, spans);
}

/**
 * Everything the trace stream still holds of one trace, message by message: a consumer on this stream could be made
 * to deliver what anybody publishes to a subject of the log, so nobody has the right to create one.
 */
export async function readTrace(core: Core, traceId: string): Promise<Uint8Array[]> {
  const next_by_subj = `weft.trace.${subjectToken(traceId)}`;
  const found: Uint8Array[] = [];
  for (let seq = 1; ; ) {
    const message = await getStored(core, traceStream, { seq, next_by_subj });
    if (message === undefined) return found;
    found.push(message.data);
    seq = message.seq + 1;
  }
}
