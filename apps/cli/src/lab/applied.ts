import type { Context } from "../context.ts";
import { loaderOf } from "../mesh/client.ts";
import { openLog } from "../mesh/log.ts";
import type { MeshPaths } from "../mesh/paths.ts";

const waitMs = 60_000;

/** Waits until all these hosts enforce what is the newest revision now; returns it. */
export async function waitApplied(
  paths: MeshPaths,
  hosts: readonly string[],
  context: Context,
): Promise<number> {
  await using log = await openLog(paths, context);
  const revision = await log.head();
  const event = await log.idAt(revision);
  const one = async (host: string) => {
    using loader = loaderOf(paths, host, context);
    await loader.wait({ revision, event }, { deadlineMs: waitMs, signal: context.signal });
  };
  await Promise.all(hosts.map(one));
  return revision;
}
