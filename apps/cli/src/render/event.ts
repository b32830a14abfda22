import type { Envelope, Recorded } from "@weft/log";
import { addressFromBytes, formatAddress, formatMac, formatPrefix, prefixFromBytes } from "@weft/netaddr";

/** One event as `weft log -o json` prints it. */
export interface EventView {
  readonly revision: number;
  readonly time: string;
  readonly type: string;
  readonly subject: string;
  /** Who asked, as the writer claims. */
  readonly actor: string;
  /** Process that wrote it, as it claims. */
  readonly source: string;
  readonly cause: string;
  /** Trace id; "" when the event was not traced. */
  readonly trace: string;
  /** Null: it cannot be read, or is not of its subject, and decides nothing in this version. */
  readonly data: unknown;
}

/** An event with its addresses as text. */
export function eventView(event: Recorded): EventView {
  return envelopeView(event, event.type, readable("", event.data));
}

/** An event whose data is not to be had; its type is what it says. */
export function unreadableView(envelope: Envelope, typeName: string): EventView {
  return envelopeView(envelope, typeName.replace(/^weft\.v1\./, ""), null);
}

function envelopeView(envelope: Envelope, type: string, data: unknown): EventView {
  const { revision, time, subject, actor, source, cause, traceparent } = envelope;
  const made = Number.isNaN(time.getTime()) ? "" : time.toISOString();
  return { revision, time: made, type, subject, actor, source, cause, trace: traceIdOf(traceparent), data };
}

/** The trace id of a W3C traceparent ("00-TRACE-SPAN-FLAGS"); "" when there is none. */
export function traceIdOf(traceparent: string): string {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(traceparent)?.[1] ?? "";
}

/** Bytes as people write them: addresses and prefixes as text, a MAC with colons, absent ones as null. */
function readable(field: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return bytesText(field, value);
  if (Array.isArray(value)) return value.map((item) => readable(field, item));
  if (typeof value !== "object" || value === null) return value;
  if ("address" in value && "length" in value && value.address instanceof Uint8Array) {
    return value.address.length === 0
      ? null
      : formatPrefix(prefixFromBytes({ address: value.address, length: Number(value.length) }));
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, readable(key, inner)]));
}

function bytesText(field: string, bytes: Uint8Array): string | null {
  if (bytes.length === 0) return null;
  if (field === "mac" && bytes.length === 6) return formatMac(bytes);
  if (bytes.length === 4 || bytes.length === 16) return formatAddress(addressFromBytes(bytes));
  return Buffer.from(bytes).toString("hex");
}
