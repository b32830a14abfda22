// The lab: hosts and containers as network namespaces, ordinary manifests as workloads, reachability by real packets.
export * from "./conformance/index.ts";
export {
  type ContainerRecord,
  findContainer,
  listContainers,
  noteIpv4,
} from "./containers/record.ts";
export { type RemovableContainer, removeContainer } from "./containers/remove.ts";
export { type RunOptions, runContainer } from "./containers/run.ts";
export { createFile, readNote, readText, replaceFile } from "./files.ts";
export { kindsOf, roleOf } from "./manifests/kinds.ts";
export { type PlacedPod, placeOne, placePods } from "./manifests/place.ts";
export { type Pod, type PodPort, podName, portText } from "./manifests/pods.ts";
export { type Ignored, ignore, readScene, type Scene } from "./manifests/scene.ts";
export { ipv4Annotation } from "./manifests/schema.ts";
export { type Expectation, expectProbes, selectedContainers } from "./probe/expect.ts";
export { type PlannedProbe, type ProbeParty, partyOf, planProbes } from "./probe/plan.ts";
export { type ProbeResult, runProbes } from "./probe/run.ts";
export { stopProcesses } from "./processes/stop.ts";
export {
  findProcesses,
  hasVariable,
  isRunning,
  livesIn,
  type ProcessId,
  processStart,
  processVitals,
  titleOf,
  variableOf,
} from "./processes/table.ts";
export { asExpected, formatMatrix, formatSummary, type Judged } from "./report/matrix.ts";
export { formatTable } from "./report/table.ts";
export { createHosts } from "./topology/create.ts";
export { hostNetns, netnsPathOf } from "./topology/names.ts";
export { type HostLink, planHosts, underlays, uplinkName } from "./topology/plan.ts";
export { findNamespaces, removeNamespaces } from "./topology/remove.ts";
export { type HostPrefixes, routeContainers } from "./topology/routes.ts";
export type { Verdict } from "./workload/ask.ts";
export { buildWorkload } from "./workload/build.ts";
