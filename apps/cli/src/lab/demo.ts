import {
  type ContainerRecord,
  expectProbes,
  formatMatrix,
  formatSummary,
  formatTable,
  type Judged,
  partyOf,
  planProbes,
  runProbes,
} from "@weft/lab";
import type { ProgramView } from "@weft/model";
import type { NetworkPolicy } from "@weft/policy";
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
    return [one.name, one.host, one.ipv6, one.ipv4 || "-", `${one.identity}`, sizes, tier || "-"];
  });
  return formatTable(["CONTAINER", "HOST", "IPV6", "IPV4", "IDENTITY", "INSTRUCTIONS", "TIER"], rows);
}

function byName(a: ContainerRecord, b: ContainerRecord): number {
  return a.name < b.name ? -1 : 1;
}

/** Tries every connection there is, and puts what the policies say beside it. */
export async function judgeAll(
  containers: readonly ContainerRecord[],
  { scene, policies }: LabInput & { readonly policies: readonly NetworkPolicy[] },
  signal: AbortSignal,
): Promise<Judged[]> {
  const parties = containers.map(partyOf);
  const probes = planProbes(parties);
  const namespaces = new Map(
    scene.intent.filter(({ kind }) => kind === "Namespace").map(({ name, labels }) => [name, labels]),
  );
  const expected = expectProbes(probes, containers, policies, namespaces);
  const results = await runProbes(parties, probes, undefined, signal);
  return results.map((result, index) => ({ ...result, expected: expected[index] ?? "blocked" }));
}

/** The matrix and its sum, as text. */
export function formatReachability(results: readonly Judged[]): string {
  return `${formatMatrix(results)}\n\n${formatSummary(results)}`;
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
