import { createHash } from "node:crypto";
import { WeftError } from "@weft/netaddr";
import { weft } from "@weft/proto";

/** Every event there is. The key is the protobuf message and, after `weft.v1.`, the `ce-type`. */
const codecs = {
  IdentitiesAllocated: weft.v1.IdentitiesAllocated,
  IdentitiesReleased: weft.v1.IdentitiesReleased,
  PoolDefined: weft.v1.PoolDefined,
  HostPrefixAssigned: weft.v1.HostPrefixAssigned,
  HostPrefixReleased: weft.v1.HostPrefixReleased,
  AddressesLeased: weft.v1.AddressesLeased,
  AddressesReleased: weft.v1.AddressesReleased,
  HostJoined: weft.v1.HostJoined,
  HostChanged: weft.v1.HostChanged,
  HostLeft: weft.v1.HostLeft,
  DriftRepaired: weft.v1.DriftRepaired,
  EndpointAttached: weft.v1.EndpointAttached,
  EndpointRelabelled: weft.v1.EndpointRelabelled,
  EndpointChanged: weft.v1.EndpointChanged,
  EndpointDetached: weft.v1.EndpointDetached,
  PolicyApplied: weft.v1.PolicyApplied,
  PolicyRemoved: weft.v1.PolicyRemoved,
  NamespaceApplied: weft.v1.NamespaceApplied,
  NamespaceRemoved: weft.v1.NamespaceRemoved,
  ObjectBuilt: weft.v1.ObjectBuilt,
  ObjectRefused: weft.v1.ObjectRefused,
  ServiceApplied: weft.v1.ServiceApplied,
  ServiceRemoved: weft.v1.ServiceRemoved,
  OptionsSet: weft.v1.OptionsSet,
} as const;

/** Name of an event, past tense. */
export type EventName = keyof typeof codecs;

/** Every event name. */
export const eventNames = Object.keys(codecs) as readonly EventName[];

/** Tells versions apart by the events they know: none takes over what another one folded without some of them. */
export const vocabulary = createHash("sha256")
  .update([...eventNames].sort().join())
  .digest("hex")
  .slice(0, 8);

type Properties<N extends EventName> = Parameters<(typeof codecs)[N]["encode"]>[0];

/** The same all the way down, as something not to be changed. */
export type DeepReadonly<T> = T extends Uint8Array | string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Element)[]
    ? readonly DeepReadonly<Element>[]
    : { readonly [K in keyof T as K extends "$unknowns" ? never : K]: DeepReadonly<T[K]> };

/** Data of an event to be written: unset fields may be left out. */
export type NewEventData<N extends EventName> = DeepReadonly<Properties<N>>;

type Scalar = string | number | boolean | Uint8Array | readonly unknown[];
type IsMap<T> = string extends keyof T ? true : false;
type IsMessage<T> = T extends Scalar ? false : IsMap<T> extends true ? false : true;
type Value<T> = T extends Uint8Array
  ? Uint8Array
  : T extends readonly (infer Element)[]
    ? readonly Value<Element>[]
    : T extends object
      ? IsMap<T> extends true
        ? { readonly [K in keyof T]: Value<T[K]> }
        : Complete<T>
      : T;

/** A message as read: every field is there (proto3 defaults filled in), only an unset inner message is `null`. */
export type Complete<T> = {
  readonly [K in keyof T as K extends "$unknowns" ? never : K]-?: IsMessage<NonNullable<T[K]>> extends true
    ? Value<NonNullable<T[K]>> | null
    : Value<NonNullable<T[K]>>;
};

/** Data of an event as read from the log. */
export type EventData<N extends EventName> = Complete<Properties<N>>;

/** An event to be written. */
export type WeftEvent<N extends EventName = EventName> = {
  [K in N]: { readonly type: K; readonly data: NewEventData<K> };
}[N];

/** An event as read: what `evolve` and `follow` see. */
export type ReadEvent<N extends EventName = EventName> = {
  [K in N]: { readonly type: K; readonly data: EventData<K> };
}[N];

/** The read form of a union of written events. */
export type Read<E extends WeftEvent> = E extends { readonly type: infer N extends EventName }
  ? ReadEvent<N>
  : never;

/** Whether a text names an event of this version. */
export function isEventName(name: string): name is EventName {
  return Object.hasOwn(codecs, name);
}

/** The protobuf bytes of an event's data. */
export function encodeEvent(event: WeftEvent): Uint8Array {
  const codec: { encode(message: object): { finish(): Uint8Array } } = codecs[event.type];
  return codec.encode(event.data).finish();
}

/** An event from its name and bytes; FAILED_PRECONDITION for an unknown name, INVALID_ARGUMENT for broken bytes. */
export function decodeEvent(name: string, bytes: Uint8Array): ReadEvent {
  if (!isEventName(name)) {
    throw new WeftError("FAILED_PRECONDITION", `this version of Weft does not know the event ${name}`);
  }
  try {
    // The type says what `plain` guarantees: the message of that name with every field present.
    return { type: name, data: plain(codecs[name].decode(bytes)) } as ReadEvent;
  } catch (cause) {
    throw new WeftError("INVALID_ARGUMENT", `the data of a ${name} cannot be decoded`, { cause });
  }
}

/** A written event in its read form, as every reader will see it. */
export function readForm<E extends WeftEvent>(event: E): Read<E> {
  return decodeEvent(event.type, encodeEvent(event)) as Read<E>;
}

/**
 * Plain data out of protobufjs instances: defaults, which live on the prototype, become own fields, and bytes are
 * copied, because the decoder's are views that would keep whole network buffers alive.
 */
function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map(plain);
  const result: Record<string, unknown> = {};
  for (const key in value) result[key] = plain((value as Record<string, unknown>)[key]);
  return result;
}
