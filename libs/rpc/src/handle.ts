import type { Metadata, ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import { toWeftError, WeftError } from "@weft/netaddr";
import { extractHeaders, SpanKind, withSpan } from "@weft/telemetry";
import type { Call } from "./api.ts";
import { causeHeader, causeOfCall } from "./cause.ts";
import { Malformed } from "./definition.ts";
import { toStatus } from "./errors.ts";

/** A handler whose types have been checked where it was given. */
export type AnyHandler = (request: object, call: Call) => Promise<object>;

/** Name of the metadata entry that says who asks. */
export const actorHeader = "weft-actor";

/** Longest message either side takes; grpc-js's own 4 MiB is less than the manifests of a large mesh. */
export const messageLimitBytes = 32 * 1024 * 1024;

/** What a caller that sets no deadline gets. */
const defaultDeadlineMs = 10_000;

/** Longest name of who asks, and of what led to a call: both go on record with every event. */
const claimLimit = 1024;

/** The grpc-js method for a handler: one span, one deadline, one AbortSignal, one answer. `ending`: the server ends what is under way. */
export function answer(
  path: string,
  handler: AnyHandler,
  onFault: ((fault: unknown, method: string) => void) | undefined,
  ending: AbortSignal,
): (call: ServerUnaryCall<object, object>, respond: sendUnaryData<object>) => void {
  const attributes = { "rpc.system.name": "grpc", "rpc.method": path.slice(1) };
  return (call, respond) => {
    const abort = new AbortController();
    const deadline = deadlineOf(call);
    const onTime = () => abort.abort(new WeftError("DEADLINE_EXCEEDED", `${path}: the deadline passed`));
    const timer = setTimeout(onTime, Math.max(0, deadline.getTime() - Date.now()));
    // The next server may be asked again, which a call that was cancelled may not.
    const onEnd = () => abort.abort(new WeftError("UNAVAILABLE", `${path}: the service ends`));
    ending.addEventListener("abort", onEnd, { once: true });
    call.on("cancelled", () => abort.abort(new WeftError("CANCELLED", `${path}: the caller gave up`)));
    const actor = firstText(call.metadata, actorHeader) ?? "unknown";
    const parent = extractHeaders({
      get: (key) => firstText(call.metadata, key),
      keys: () => Object.keys(call.metadata.getMap()),
    });
    withSpan(
      path.slice(1),
      { ...attributes, "weft.actor": actor },
      () => {
        check(call);
        const cause = firstText(call.metadata, causeHeader) || causeOfCall(path);
        const about = { signal: abort.signal, actor, cause, deadline };
        return Promise.race([handler(call.request, about), aborted(abort.signal)]);
      },
      { kind: SpanKind.SERVER, parent },
    )
      .then(
        (response) => respond(null, response),
        (thrown: unknown) => {
          if (toWeftError(thrown).code === "INTERNAL") onFault?.(thrown, path);
          respond(toStatus(thrown));
        },
      )
      .finally(() => {
        clearTimeout(timer);
        ending.removeEventListener("abort", onEnd);
      });
  };
}

/** Throws INVALID_ARGUMENT for what no handler should see. */
function check({ request, metadata }: ServerUnaryCall<object, object>): void {
  if (request instanceof Malformed) {
    const { reason, expected } = request;
    throw new WeftError("INVALID_ARGUMENT", `the request cannot be decoded: ${reason}`, { expected });
  }
  for (const field of [actorHeader, causeHeader]) {
    const { length } = firstText(metadata, field) ?? "";
    if (length <= claimLimit) continue;
    const expected = `at most ${claimLimit} characters`;
    throw new WeftError("INVALID_ARGUMENT", `${field} has ${length} characters`, { field, expected });
  }
}

function deadlineOf(call: ServerUnaryCall<object, object>): Date {
  const given = new Date(call.getDeadline()).getTime();
  // No deadline is Infinity, which is no valid date.
  return new Date(Number.isFinite(given) ? given : Date.now() + defaultDeadlineMs);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function firstText(metadata: Metadata, key: string): string | undefined {
  const value = metadata.get(key)[0];
  return value === undefined ? undefined : value.toString();
}
