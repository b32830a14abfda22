import { JetStreamApiError } from "@nats-io/jetstream";
import { errors } from "@nats-io/transport-node";
import { errnoOf, toWeftError, WeftError } from "@weft/netaddr";

/** JetStream's answer to a wrong expected sequence; 10164 is the clustered form of newer servers. */
const wrongSequence = [10071, 10164];
const streamNotFound = 10059;

/** Whether JetStream refused because the subject's last sequence is another. */
export function isConflict(thrown: unknown): boolean {
  return thrown instanceof JetStreamApiError && wrongSequence.includes(thrown.code);
}

/** Whether JetStream knows no such stream. */
export function isStreamNotFound(thrown: unknown): boolean {
  return thrown instanceof JetStreamApiError && thrown.code === streamNotFound;
}

/** What NATS threw, as one `WeftError`; `doing` says what was tried. */
export function fromNats(thrown: unknown, doing: string): WeftError {
  if (thrown instanceof WeftError) return thrown;
  // The innermost cause says most: a refused publish arrives inside a failed request.
  const chain: Error[] = [];
  for (let error = thrown; error instanceof Error; error = error.cause) chain.unshift(error);
  for (const error of chain) {
    const code = codeOf(error);
    if (code !== undefined) return new WeftError(code, `${doing}: ${error.message}`, { cause: error });
  }
  return toWeftError(thrown);
}

function codeOf(thrown: Error): WeftError["code"] | undefined {
  if (isConflict(thrown)) return "ABORTED";
  if (isStreamNotFound(thrown)) return "FAILED_PRECONDITION";
  // 503: no leader, starting, out of resources. Anything else is a verdict on the request itself.
  if (thrown instanceof JetStreamApiError) return thrown.status === 503 ? "UNAVAILABLE" : "INTERNAL";
  if (thrown instanceof errors.PermissionViolationError) return "PERMISSION_DENIED";
  if (thrown instanceof errors.AuthorizationError) return "PERMISSION_DENIED";
  if (thrown instanceof errors.InvalidArgumentError) {
    // What was asked was right; it is the server that takes no message of that size.
    return thrown.message.includes("max_payload") ? "RESOURCE_EXHAUSTED" : "INVALID_ARGUMENT";
  }
  const lost = lostContact.some((kind) => thrown instanceof kind) || brokenSockets.has(errnoOf(thrown));
  return lost ? "UNAVAILABLE" : undefined;
}

/** What leaves open whether the server has done what it was asked. */
const lostContact = [
  errors.TimeoutError,
  errors.NoRespondersError,
  errors.RequestError,
  errors.ConnectionError,
  errors.ClosedConnectionError,
  errors.DrainingConnectionError,
] as const;

/** How a socket tells that nobody is there, or not any more; of these the client wraps ECONNREFUSED alone. */
const brokenSockets: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "ENOTFOUND",
  "EAI_AGAIN",
]);
