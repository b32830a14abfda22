import type { Core } from "./core.ts";
import { pull } from "./pull.ts";
import { traceStream } from "./streams.ts";
import { subjectToken } from "./subjects.ts";

/** Sends spans to the trace stream, without waiting: a trace is worth less than what it traces. */
export function publishTrace(core: Core, traceId: string, spans: Uint8Array): void {
  if (!core.nats.isClosed()) core.nats.publish(`weft.trace.${subjectToken(traceId)}`, spans);
}

/** Everything the trace stream still holds of one trace. */
export async function readTrace(core: Core, traceId: string): Promise<Uint8Array[]> {
  const subject = `weft.trace.${subjectToken(traceId)}`;
  const found: Uint8Array[] = [];
  const range = { stream: traceStream, from: 1, to: Number.MAX_SAFE_INTEGER, subject };
  for await (const batch of pull(core, range)) for (const { message } of batch) found.push(message.data);
  return found;
}
