import type { NatsConnection } from "@nats-io/transport-node";
import type { EventName, ReadEvent, WeftEvent } from "./events.ts";
import type { FlowStore } from "./flows/store.ts";
import type { Trail } from "./mark.ts";
import type { Signer } from "./nkey.ts";
import type { LogReplaced } from "./replaced.ts";

/** What the envelope of an event says. */
export type Envelope = {
  /** Stream sequence: position of the event in the whole log, from 1. */
  readonly revision: number;
  /** When its writer made it (`ce-time`). */
  readonly time: Date;
  /** `ce-id`: the same however often the writer tried. Of a writer that gives none: the digest of what it wrote. */
  readonly id: string;
  readonly subject: string;
  /** Revision of the subject's event before it, 0 for the first; undefined when its writer did not say. */
  readonly previous: number | undefined;
  /** Process that wrote it (`ce-source`), e.g. `weft/identity`. */
  readonly source: string;
  /** Who asked for it. */
  readonly actor: string;
  /**
   * What led here: the id of an event, else `<service>/<method>#<trace or request id>` of the request, the first one when
   * several share the event. Empty only on what other programs wrote.
   */
  readonly cause: string;
  /** W3C trace context; empty when untraced. */
  readonly traceparent: string;
};

/** An event as it is on record. */
export type Recorded<N extends EventName = EventName> = { [K in N]: ReadEvent<K> & Envelope }[N];

/** One event for one subject, and what the writer believes of that subject. */
export type AppendRequest = {
  readonly subject: string;
  readonly event: WeftEvent;
  /** Revision of the subject's last event; 0 when it has none. */
  readonly expected: number;
  readonly actor: string;
  /** What led here, see `Envelope`; never empty. */
  readonly cause: string;
  /** W3C trace context; taken from the active OpenTelemetry span when left out. */
  readonly traceparent?: string;
  readonly signal?: AbortSignal;
};

/** Where an event is on record, and its id: together they tell it from all others. */
export type Appended = { readonly revision: number; readonly id: string };

/** Why an event was not handed out. */
export type Unreadable = {
  /**
   * `unknown`: a type of a newer version, which a reader of that version takes into account. `invalid`: its data cannot be
   * decoded, or it is not of the subject it is on; it decides nothing, for any version.
   */
  readonly kind: "unknown" | "invalid";
  readonly message: string;
};

/** Receives what is on record and has no effect: no reader is stopped by it. */
export type OnUnknown = (envelope: Envelope, typeName: string, why: Unreadable) => void;

/** Which part of the log to read: revisions `from`..`to`, both inclusive. */
export type ReadRequest = {
  /** Default 1. */
  readonly from?: number;
  /** Default: the head at the time of the call. */
  readonly to?: number;
  /** NATS filter, applied by the server. */
  readonly subject?: string;
  /** By default the connection's. */
  readonly onUnknown?: OnUnknown;
  readonly signal?: AbortSignal;
};

/** Where to begin following, and what of it to see. */
export type FollowRequest = {
  /** First revision wanted; default: the one after the trail's last, or 1. */
  readonly from?: number;
  /** NATS filter, applied by the client to live events. */
  readonly subject?: string;
  /** What of the log was seen before, to be held against it; goes on with what is handed out. */
  readonly trail?: Trail;
  /** Called each time the log was asked and still has everything that was handed out. */
  readonly onChecked?: () => void;
  /** Called with the head each time everything up to it has been handed out. */
  readonly onCaughtUp?: (revision: number) => void;
  /** By default the connection's. */
  readonly onUnknown?: OnUnknown;
  readonly signal?: AbortSignal;
};

/** The end of a subject. */
export type Tail = {
  /** Of the last message, whatever it is: what the next append has to expect. */
  readonly revision: number;
  readonly id: string;
  /** Absent when it cannot be read. */
  readonly event?: Recorded;
};

/** Bytes by name, in an object store bucket. */
export interface Objects {
  /** Stores bytes; answers their SHA-256 in hex. The same bytes under the same name are not written again. */
  put(name: string, bytes: Uint8Array, options?: PutOptions): Promise<string>;
  /** The bytes, their SHA-256 checked (INTERNAL when it differs); undefined when there are none. */
  get(name: string, options?: { readonly signal?: AbortSignal }): Promise<Uint8Array | undefined>;
  /** Size, digest and metadata without the bytes. */
  info(name: string): Promise<ObjectInfo | undefined>;
}

/** Options of `Objects.put`. */
export type PutOptions = {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
};

/** What an object store knows of one object. */
export type ObjectInfo = {
  readonly name: string;
  readonly size: number;
  /** SHA-256 in hex. */
  readonly sha256: string;
  readonly metadata: Readonly<Record<string, string>>;
};

/** The log of a mesh. Every failure is a `WeftError`. */
export interface Log extends AsyncDisposable {
  readonly nats: NatsConnection;
  /** Key pair of this user; undefined on a server without authorization. */
  readonly signer: Signer | undefined;
  /** `ce-source` of what this connection writes. */
  readonly name: string;
  /** Is told of events without effect by whoever reads them and has no other place to tell. */
  readonly onUnknown: OnUnknown;
  /**
   * Appends one event. ABORTED: the subject has moved on. PERMISSION_DENIED: it is not this user's to write.
   * UNAVAILABLE, CANCELLED: the outcome could not be established in time; the event may or may not be on record, or is not
   * known to be on disk.
   */
  append(request: AppendRequest): Promise<Appended>;
  /** Replays a bounded part of the log in order. */
  read(request?: ReadRequest): AsyncIterable<Recorded>;
  /** The end of a subject, by the stream's leader; undefined when there is nothing. */
  tail(subject: string): Promise<Tail | undefined>;
  /** The last event of a subject that can be read. */
  last(subject: string): Promise<Recorded | undefined>;
  /**
   * Every event once, in order, for ever: ends when the signal aborts, throws when the log is lost. `LogReplaced`: what was
   * read is not in the log any more.
   */
  follow(request?: FollowRequest): AsyncIterable<Recorded>;
  /** Revision of the last event; 0 when there is none. */
  head(): Promise<number>;
  /** Id of the event at a revision; "" when there is none. */
  idAt(revision: number, signal?: AbortSignal): Promise<string>;
  /** Holds what was seen against the log: answers the head, or throws `LogReplaced`. */
  check(trail: Trail, signal?: AbortSignal): Promise<number>;
  /** Rises whenever the connection was lost or the log replaced: what was read before has to be checked. */
  losses(): number;
  /** Somebody found what he had read not to be in the log any more; told to `ConnectOptions.onReplaced`. */
  replaced(error: LogReplaced): void;
  /** Returns when everything acknowledged so far outlasts a power cut; at once where that is the server's business. */
  settle(): Promise<void>;
  /** Revision in force at a time: of the last event made at or before it; 0 when it was before the first. */
  revisionAt(time: Date): Promise<number>;
  /** An object store bucket, e.g. `weft-objects`. */
  objects(bucket: string): Objects;
  /** The stream of recorded flows; `readFlows` reads it. */
  readonly flows: FlowStore;
  /** Sends spans (OTLP JSON) to the bounded trace stream; lost when nobody can take them. */
  publishTrace(traceId: string, spans: Uint8Array): void;
  /** What the trace stream still has of one trace. */
  readTrace(traceId: string): Promise<Uint8Array[]>;
  /**
   * Creates or updates the streams and buckets; needs the admin's seed. `diskBytes` is the size of their disk, unbounded when
   * it is not known.
   */
  ensure(options?: { readonly diskBytes?: number }): Promise<void>;
  close(): Promise<void>;
}
