import {
  asExpected,
  type ContainerRecord,
  type Expectation,
  expectProbes,
  formatMatrix,
  formatSummary,
  formatTable,
  type Judged,
  partyOf,
  planProbes,
  podName,
  runProbes,
} from "@weft/lab";
import type { ProgramView } from "@weft/model";
import type { LabInput } from "./input.ts";

/** What came up, as a table. */
export function formatContainers(
  containers: readonly ContainerRecord[],
  programs: readonly ProgramView[],
): string {
  const rows = [...containers].sort(byName).map((one) => {
    const own = programs.filter((program) => program.endpoint === one.id && program.host === one.host);
    const size = (hook: string) => own.find((program) => program.hook === hook)?.instructions ?? 0;
    const sizes = `${size("from_container")} + ${size("to_container")}`;
    const tier = [...new Set(own.map((program) => program.tier))].join(", ");
    return [podName(one), one.host, one.ipv6, one.ipv4 || "-", `${one.identity}`, sizes, tier || "-"];
  });
  return formatTable(["CONTAINER", "HOST", "IPV6", "IPV4", "IDENTITY", "INSTRUCTIONS", "TIER"], rows);
}

function byName(a: ContainerRecord, b: ContainerRecord): number {
  return podName(a) < podName(b) ? -1 : 1;
}

/** What the manifests say of the containers that came up. */
export function expectationOf(
  containers: readonly ContainerRecord[],
  { scene, policies }: LabInput,
): Expectation {
  const manifests = scene.intent.filter(({ kind }) => kind === "Namespace");
  return { containers, policies, namespaces: new Map(manifests.map(({ name, labels }) => [name, labels])) };
}

/** Tries every connection there is, and puts what the policies say beside it. */
export async function judgeAll(expectation: Expectation, signal: AbortSignal): Promise<Judged[]> {
  const parties = expectation.containers.map(partyOf);
  const probes = planProbes(parties);
  const expected = expectProbes(probes, expectation);
  const results = await runProbes(parties, probes, undefined, signal);
  return results.map((result, index) => ({ ...result, expected: expected[index] ?? "blocked" }));
}

/** The matrix and its sum, as text. */
export function formatReachability(results: readonly Judged[]): string {
  return `${formatMatrix(results)}\n\n${formatSummary(results)}`;
}

/** A container of a lab as commands print it. */
export function endpointJson(container: ContainerRecord) {
  const { namespace, name, host, id, identity, ipv6, ipv4 } = container;
  return { namespace, name, host, id, identity, ipv6, ipv4: ipv4 || null };
}

/** What came up and every connection, judged, as one line of JSON. */
export function demoJson(containers: readonly ContainerRecord[], results: readonly Judged[]): string {
  const asWanted = results.every(asExpected);
  return JSON.stringify({
    asExpected: asWanted,
    endpoints: containers.map(endpointJson),
    connections: results,
  });
}

/** What to try next. */
export const nextSteps = `Where to look next, in another terminal:
  ./weft status                                           what runs, and which revision each host enforces
  ./weft get endpoints                                    the containers (also: programs, identities, policies, hosts)
  ./weft log --follow                                     every decision, as it is made
  ./weft lab probe --from default/frontend                connections, tried now
  ./weft lab exec default/frontend -- ping -c1 ADDRESS    any command in a container's network
  ./weft apply -f FILE                                    a NetworkPolicy of your own
  ./weft trace REVISION                                   from a request to every kernel, with times`;
