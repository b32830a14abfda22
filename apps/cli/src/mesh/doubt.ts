import type { Context } from "../context.ts";
import type { MeshPaths } from "./paths.ts";
import { type HostProgress, hostProgress, warningLines } from "./progress.ts";

/** How long a host may take to say how it is. */
const answerMs = 5_000;

/**
 * Says on stderr what keeps hosts from enforcing what is on record, or from knowing it: who is told what is on record, or what
 * a host would do, takes it for what is in force. Gives what each host said.
 */
export async function tellDoubt(
  paths: MeshPaths,
  hosts: readonly string[],
  context: Pick<Context, "actor" | "signal" | "waits" | "output">,
): Promise<HostProgress[]> {
  // The larger part of the time is for what was asked.
  const deadlineMs = Math.min(answerMs, context.waits.leftMs() / 4);
  const asked = { deadlineMs, look: false };
  const all = await Promise.all(hosts.map((host) => hostProgress(paths, host, context, asked)));
  const lines = all.flatMap(({ host, problems }) =>
    problems.map(({ what, since }) => `host ${host}: ${what}${since === "" ? "" : ` (since ${since})`}`),
  );
  for (const line of [...warningLines(all), ...lines]) context.output.say(`weft: ${line}`);
  return all;
}
