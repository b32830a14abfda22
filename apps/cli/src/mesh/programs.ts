import { setTimeout as sleep } from "node:timers/promises";
import type { ProgramView } from "@weft/model";
import type { Context } from "../context.ts";
import { loaderOf } from "./client.ts";
import type { MeshPaths } from "./paths.ts";

/** Programs as the loaders of these hosts find them in their kernels. A host that does not answer is said on stderr. */
export async function readPrograms(
  paths: MeshPaths,
  hosts: readonly string[],
  context: Pick<Context, "actor" | "signal" | "output" | "waits">,
): Promise<ProgramView[]> {
  const one = async (host: string): Promise<ProgramView[]> => {
    using loader = loaderOf(paths, host, context);
    const { programs } = await loader.status({}, { signal: context.signal, deadlineMs: 5000 });
    return programs.map((found) => ({
      host,
      endpoint: found.endpoint ?? "",
      namespace: found.namespace ?? "",
      name: found.name ?? "",
      hook: found.hook ?? "",
      id: found.programId ?? 0,
      tag: found.tag ?? "",
      digest: found.digest ?? "",
      tier: found.tier ?? "",
      instructions: found.instructions ?? 0,
      jitedBytes: found.jitedBytes ?? 0,
      revision: found.revision ?? 0,
      counters: found.counters ?? {},
    }));
  };
  const answers = await Promise.allSettled(hosts.map(one));
  return answers.flatMap((answer, index) => {
    if (answer.status === "fulfilled") return answer.value;
    context.output.say(`weft: no programs from host ${hosts[index]}: ${answer.reason.message}`);
    return [];
  });
}

const specialiseMs = 10_000;
const pollMs = 250;

/**
 * Looks until each of these containers (by id) runs programs of its own, which follow the generic ones within seconds,
 * and gives what it saw last. Not all of them may ever: a policy can be too large to be compiled into branches.
 */
export async function untilSpecialised(
  containers: ReadonlySet<string>,
  look: () => Promise<ProgramView[]>,
  signal: AbortSignal,
): Promise<ProgramView[]> {
  const deadline = performance.now() + specialiseMs;
  for (;;) {
    const programs = await look();
    const waiting = programs.some(({ endpoint, tier }) => containers.has(endpoint) && tier !== "specialised");
    if (!waiting || performance.now() > deadline) return programs;
    await sleep(pollMs, undefined, { signal });
  }
}
