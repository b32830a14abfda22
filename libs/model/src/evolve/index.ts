// One event into the mesh.
import type { EventName, Recorded } from "@weft/log";
import type { Mesh, MutableMesh } from "../mesh.ts";
import * as endpoint from "./endpoint.ts";
import { hostOfSubject } from "./host-of-subject.ts";
import * as intent from "./intent.ts";
import { objectionTo } from "./objection.ts";
import { pass } from "./skip.ts";
import * as space from "./space.ts";

type Step<N extends EventName> = (mesh: MutableMesh, event: Recorded<N>) => void;

/** One step per event; the type says when one is missing. */
const steps: { readonly [N in EventName]: Step<N> } = {
  IdentitiesAllocated: (mesh, { data, revision }) => endpoint.identitiesAllocated(mesh, data, revision),
  IdentitiesReleased: (mesh, { data, revision }) => endpoint.identitiesReleased(mesh, data, revision),
  PoolDefined: (mesh, { data, revision }) => space.poolDefined(mesh, data, revision),
  HostPrefixAssigned: (mesh, { data, revision }) => space.hostPrefixAssigned(mesh, data, revision),
  HostPrefixReleased: (mesh, { data }) => space.hostPrefixReleased(mesh, data),
  AddressesLeased: (mesh, { data, revision, subject }) =>
    space.addressesLeased(mesh, hostOfSubject(subject), data, revision),
  AddressesReleased: (mesh, { data, revision, subject }) =>
    space.addressesReleased(mesh, hostOfSubject(subject), data, revision),
  HostJoined: (mesh, { data, revision }) => space.hostStated(mesh, data, revision),
  HostChanged: (mesh, { data, revision }) => space.hostStated(mesh, data, revision),
  HostLeft: (mesh, { data, revision }) => space.hostLeft(mesh, data, revision),
  // The record of what a loader did. What should be, which is what the mesh says, has not changed.
  DriftRepaired: () => undefined,
  EndpointAttached: (mesh, { data, revision }) => endpoint.endpointAttached(mesh, data, revision),
  EndpointRelabelled: (mesh, { data, revision }) => endpoint.endpointRelabelled(mesh, data, revision),
  EndpointChanged: (mesh, { data, revision }) => endpoint.endpointChanged(mesh, data, revision),
  EndpointDetached: (mesh, { data, revision }) => endpoint.endpointDetached(mesh, data, revision),
  PolicyApplied: (mesh, { data, revision }) => intent.policyApplied(mesh, data, revision),
  PolicyRemoved: (mesh, { data, revision }) => intent.policyRemoved(mesh, data, revision),
  NamespaceApplied: (mesh, { data, revision }) => intent.namespaceApplied(mesh, data, revision),
  NamespaceRemoved: (mesh, { data, revision }) => intent.namespaceRemoved(mesh, data, revision),
  ServiceApplied: (mesh, { data, revision }) => intent.serviceApplied(mesh, data, revision),
  ServiceRemoved: (mesh, { data }) => intent.serviceRemoved(mesh, data),
  ObjectBuilt: (mesh, { data, revision }) => intent.objectBuilt(mesh, data, revision),
  ObjectRefused: (mesh, { data, revision }) => intent.objectRefused(mesh, data, revision),
  OptionsSet: (mesh, { data, revision }) => intent.optionsSet(mesh, data, revision),
};

const revoking: ReadonlySet<EventName> = new Set([
  "PolicyApplied",
  "PolicyRemoved",
  "NamespaceApplied",
  "NamespaceRemoved",
  "EndpointRelabelled",
]);

/**
 * Puts one event into the mesh, in place, and returns it; an event that says what its writer has no say in is passed and
 * noted. Events must come in order of their revision.
 */
export function evolve(state: Mesh, event: Recorded): Mesh {
  const message = objectionTo(state, event);
  if (message !== undefined) return pass(state, event, `weft.v1.${event.type}`, { kind: "refused", message });
  return take(state, event);
}

/** Takes an event at its word: for a part of a log, which lacks what `evolve` judges by. */
export function take(state: Mesh, event: Recorded): Mesh {
  const mesh = state as MutableMesh;
  // The table is keyed by the type of the event it takes.
  const step = steps[event.type] as Step<EventName>;
  step(mesh, event);
  mesh.revision = event.revision;
  // Whoever writes an event says when it was, and may say nothing that is a time.
  mesh.timeMs = event.time.getTime() || mesh.timeMs;
  if (revoking.has(event.type)) mesh.policyTimeMs = mesh.timeMs;
  return mesh;
}
