import { randomUUID } from "node:crypto";
import { context, propagation } from "@opentelemetry/api";
import { isWeftError, WeftError } from "@weft/netaddr";
import { type Core, onThisConnection, readNext } from "./core.ts";
import { writeHeaders } from "./envelope.ts";
import { fromNats, isConflict } from "./errors.ts";
import { encodeEvent } from "./events.ts";
import { abortable, backoff, checkSignal } from "./retry.ts";
import { inSpan } from "./span.ts";
import { misplaced } from "./subject-of.ts";
import { checkSubject } from "./subjects.ts";
import type { Appended, AppendRequest } from "./types.ts";

/** How long one attempt waits for the server's answer. */
const attemptTimeoutMs = 2_000;
/** How long all attempts together may take; a caller's signal may end them sooner. */
const totalTimeoutMs = 30_000;

/**
 * Appends one event, exactly once. An attempt whose outcome is unknown (time-out, lost connection) is resolved by
 * reading what follows `expected` on the subject:
 * - our id: it was stored, and this is its revision;
 * - another's: ours was not and never will be, because its expected sequence can no longer be the last;
 * - nothing: not stored so far. It may still be on its way, so the same event is sent again: whichever copy comes
 *   first is stored and the other one refused, by the same expected sequence.
 */
export async function append(core: Core, request: AppendRequest): Promise<Appended> {
  checkSubject(request.subject);
  const wrong = misplaced(request.subject, request.event);
  if (wrong !== undefined) throw new WeftError("INVALID_ARGUMENT", wrong, { field: "subject" });
  if (request.cause === "") {
    const details = { field: "cause", expected: "the id of an event, or of a request" };
    throw new WeftError("INVALID_ARGUMENT", `nothing led to ${request.event.type}`, details);
  }
  const { subject, event } = request;
  return inSpan(
    `append ${event.type}`,
    { "weft.subject": subject, "weft.actor": request.actor },
    async (span) => {
      const made = await send(core, request);
      span.setAttribute("weft.revision", made.revision);
      await settle(core);
      return made;
    },
  );
}

/** Returns when everything that the server has acknowledged so far outlasts a power cut, as far as it is ours to do. */
export async function settle(core: Core): Promise<void> {
  try {
    await core.disk?.sync();
  } catch (cause) {
    const message = `what is on record may not be on disk: ${cause instanceof Error ? cause.message : cause}`;
    throw new WeftError("UNAVAILABLE", message, { cause });
  }
}

async function send(core: Core, request: AppendRequest): Promise<Appended> {
  const { subject, expected, signal } = request;
  const deadline = performance.now() + totalTimeoutMs;
  const id = randomUUID();
  const data = encodeEvent(request.event);
  const headers = writeHeaders({
    id,
    type: request.event.type,
    source: core.name,
    time: new Date(),
    expected,
    actor: request.actor,
    cause: request.cause,
    traceparent: request.traceparent ?? activeTraceparent(),
  });
  for (let attempt = 0; ; attempt += 1) {
    let refused = false;
    checkSignal(signal);
    try {
      const sent = core.client.publish(subject, data, { headers, timeout: attemptTimeoutMs });
      return { revision: (await abortable(onThisConnection(core, sent), signal)).seq, id };
    } catch (error) {
      const failure = fromNats(error, `appending to ${subject}`);
      refused = isConflict(error);
      if (refused && attempt === 0) throw conflict(subject, expected, failure);
      if (failure.code !== "UNAVAILABLE" && failure.code !== "ABORTED") throw failure;
    }
    const revision = await resolve(core, request, id, deadline, attempt);
    if (revision !== undefined) return { revision, id };
    // Refused, and yet nothing came after it: the event that was expected to be the last is lost.
    if (refused) throw conflict(subject, expected);
  }
}

/** Revision of our event when it is stored, undefined when it is not yet; ABORTED when it never will be. */
async function resolve(
  core: Core,
  { subject, expected, signal }: AppendRequest,
  id: string,
  deadline: number,
  attempt: number,
): Promise<number | undefined> {
  const unknown = `it is not known whether event ${id} was appended to ${subject}`;
  for (let reads = attempt; ; reads += 1) {
    try {
      await backoff(reads + 3, signal);
      const next = await readNext(core, subject, expected + 1, signal);
      if (next !== undefined && next.id !== id) throw conflict(subject, expected);
      if (next !== undefined || performance.now() < deadline) return next?.revision;
      throw new WeftError("UNAVAILABLE", unknown);
    } catch (error) {
      if (!isWeftError(error)) throw error;
      if (error.code === "CANCELLED") throw new WeftError("CANCELLED", unknown, { cause: error });
      if (error.code !== "UNAVAILABLE") throw error;
      if (performance.now() >= deadline) throw new WeftError("UNAVAILABLE", unknown, { cause: error });
    }
  }
}

function conflict(subject: string, expected: number, cause?: WeftError): WeftError {
  return new WeftError("ABORTED", `${subject} has moved on from revision ${expected}`, { cause });
}

function activeTraceparent(): string {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent ?? "";
}
