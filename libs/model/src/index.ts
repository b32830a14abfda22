// The mesh: the pure fold of every event, its snapshots and its JSON. No I/O.
export { type Change, followChanges, type Journal } from "./changes.ts";
export { evolve, take } from "./evolve/index.ts";
export { pass } from "./evolve/skip.ts";
export { type Outcome, outcomes, steps } from "./gen/outcomes.ts";
export { formatHostMark, type HostMark, hostTakenText, parseHostMark } from "./host-mark.ts";
export { liveView } from "./live-view.ts";
export * from "./mesh.ts";
export { notesOf, withoutEffect } from "./notes.ts";
export * from "./options.ts";
export { policySource, type SourceLine } from "./policy-source.ts";
export {
  policyEndpointOf,
  policyHostOf,
  policyInForce,
  policyOf,
  policyView,
} from "./policy-view.ts";
export { meshProjection } from "./projection.ts";
export { decodeMesh, encodeMesh, meshVersion } from "./snapshot.ts";
export * from "./tunnels.ts";
export { type EndpointView, eachEndpoint, type ProgramView, type ViewName, views } from "./views/index.ts";
