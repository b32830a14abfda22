import { headers, type MsgHdrs } from "@nats-io/transport-node";
import { decodeEvent, type EventName, isEventName, type ReadEvent } from "./events.ts";
import { idOf } from "./mark.ts";
import { misplaced } from "./subject-of.ts";
import type { Envelope, OnUnknown, Recorded } from "./types.ts";

/** Prefix of every `ce-type`: the protobuf package. */
const typePrefix = "weft.v1.";

/** What a new event says of itself. */
type NewEnvelope = {
  readonly id: string;
  readonly type: EventName;
  readonly source: string;
  readonly time: Date;
  readonly expected: number;
  readonly actor: string;
  readonly cause: string;
  readonly traceparent: string;
};

/** CloudEvents 1.0 in NATS binary mode, and what JetStream needs to keep one writer from overtaking another. */
export function writeHeaders(event: NewEnvelope): MsgHdrs {
  const head = headers();
  head.append("ce-specversion", "1.0");
  head.append("ce-id", event.id);
  head.append("ce-type", `${typePrefix}${event.type}`);
  head.append("ce-source", event.source);
  head.append("ce-time", event.time.toISOString());
  head.append("content-type", "application/protobuf");
  if (event.traceparent !== "") head.append("traceparent", event.traceparent);
  head.append("weft-actor", headerText(event.actor));
  if (event.cause !== "") head.append("weft-cause", headerText(event.cause));
  head.append("Nats-Msg-Id", event.id);
  head.append("Nats-Expected-Last-Subject-Sequence", String(event.expected));
  return head;
}

/** Percent-encodes what may not stand in a header (CloudEvents NATS binding, section 3.1.3.2). */
function headerText(text: string): string {
  return text.replace(/[^\x21-\x24\x26-\x7e]+/g, (part) => encodeURIComponent(part.toWellFormed()));
}

function plainText(text: string | undefined): string {
  if (text?.includes("%") !== true) return text ?? "";
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Written by somebody who does not encode.
  }
}

/** An event out of its message; undefined when it has no effect, being unknown or no event of its subject. */
export function readOrPass(
  subject: string,
  revision: number,
  head: MsgHdrs | undefined,
  data: Uint8Array,
  onUnknown?: OnUnknown,
): Recorded | undefined {
  const found = new Map<string, string>();
  for (const [name, values] of head ?? []) found.set(name, values.at(-1) ?? "");
  const envelope = readEnvelope(subject, revision, idOf(head, data), found);
  const typeName = found.get("ce-type") ?? "";
  const name = typeName.startsWith(typePrefix) ? typeName.slice(typePrefix.length) : typeName;
  let event: ReadEvent;
  try {
    event = decodeEvent(name, data);
  } catch (error) {
    const kind = isEventName(name) ? "invalid" : "unknown";
    onUnknown?.(envelope, typeName, { kind, message: (error as Error).message });
    return undefined;
  }
  const message = misplaced(subject, event);
  if (message === undefined) return { ...envelope, type: event.type, data: event.data } as Recorded;
  onUnknown?.(envelope, typeName, { kind: "invalid", message });
  return undefined;
}

function readEnvelope(
  subject: string,
  revision: number,
  id: string,
  found: ReadonlyMap<string, string>,
): Envelope {
  const previous = Number(found.get("Nats-Expected-Last-Subject-Sequence") ?? Number.NaN);
  return {
    revision,
    time: new Date(found.get("ce-time") ?? Number.NaN),
    id,
    subject,
    previous: Number.isSafeInteger(previous) ? previous : undefined,
    source: found.get("ce-source") ?? "",
    actor: plainText(found.get("weft-actor")),
    cause: plainText(found.get("weft-cause")),
    traceparent: found.get("traceparent") ?? "",
  };
}
