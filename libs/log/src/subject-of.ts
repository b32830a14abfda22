import type { EventName, NewEventData, WeftEvent } from "./events.ts";
import { logRoot, subjectMatches, subjects } from "./subjects.ts";

/** The unset text is what it is on the wire: empty, which names nothing. */
type Home<N extends EventName> = (data: NewEventData<N>) => string;

const ofHost = ({ host }: { readonly host?: string | null }) => subjects.host(host ?? "");
const ofEndpoint = ({ host, id }: { readonly host?: string | null; readonly id?: string | null }) =>
  subjects.endpoint(host ?? "", id ?? "");
const ofPolicy = ({ kind, namespace, name }: Named & { readonly kind?: string | null }) =>
  subjects.policy(kind || "NetworkPolicy", namespace ?? "", name ?? "");
const ofService = ({ namespace, name }: Named) => subjects.service(namespace ?? "", name ?? "");
const ofNamespace = ({ name }: Named) => subjects.namespace(name ?? "");
const ofObject = ({ digest }: { readonly digest?: string | null }) => subjects.object(digest ?? "");
/** Whose leases they are is in the subject only; `*` is one token, and no name is written as it. */
const ofAnyLeases = () => `${logRoot}.ipam.*`;

type Named = { readonly namespace?: string | null; readonly name?: string | null };

/**
 * Where each event belongs. The server lets a user write its subjects, whatever it writes there: that a subject is only
 * about what it names is decided here, for writers and readers alike.
 */
const homes: { readonly [N in EventName]: Home<N> } = {
  IdentitiesAllocated: subjects.identity,
  IdentitiesReleased: subjects.identity,
  PoolDefined: subjects.pool,
  HostPrefixAssigned: subjects.pool,
  HostPrefixReleased: subjects.pool,
  AddressesLeased: ofAnyLeases,
  AddressesReleased: ofAnyLeases,
  HostJoined: ofHost,
  HostChanged: ofHost,
  HostLeft: ofHost,
  DriftRepaired: ofHost,
  EndpointAttached: ofEndpoint,
  EndpointRelabelled: ofEndpoint,
  EndpointChanged: ofEndpoint,
  EndpointDetached: ofEndpoint,
  PolicyApplied: ofPolicy,
  PolicyRemoved: ofPolicy,
  NamespaceApplied: ofNamespace,
  NamespaceRemoved: ofNamespace,
  ObjectBuilt: ofObject,
  ObjectRefused: ofObject,
  ServiceApplied: ofService,
  ServiceRemoved: ofService,
  OptionsSet: ({ scope }) => subjects.option(scope ?? ""),
};

/**
 * The one subject an event may be on, by its data; a filter (`weft.log.ipam.*`) where the subject says more than the
 * data. Throws INVALID_ARGUMENT when the data lacks a name.
 */
export function subjectOf(event: WeftEvent): string {
  // The table is keyed by the type of the event it takes.
  const home = homes[event.type] as Home<EventName>;
  return home(event.data);
}

/** What is wrong with an event on a subject; undefined: it belongs there. */
export function misplaced(subject: string, event: WeftEvent): string | undefined {
  try {
    const home = subjectOf(event);
    return subjectMatches(home, subject)
      ? undefined
      : `a ${event.type} of ${home} is not to be on ${subject}`;
  } catch {
    return `a ${event.type} that names nothing is not to be on ${subject}`;
  }
}
