import { listContainers, removeContainer } from "@weft/lab";
import type { Context } from "../context.ts";
import { isAbandoned } from "./abandoned.ts";
import { loaderOf } from "./client.ts";
import { findConfig } from "./config.ts";
import type { MeshPaths } from "./paths.ts";

const patienceMs = 5_000;

/**
 * Puts on record that the containers end, where the record outlives them: on a machine's mesh, not in a lab. What
 * cannot be put on record now is no reason to stay up.
 */
export async function leaveRecord(paths: MeshPaths, { actor, output }: Context): Promise<void> {
  const mesh = await findConfig(paths).catch(() => undefined);
  if (mesh?.kind !== "machine" || (await isAbandoned(paths))) return;
  const signal = AbortSignal.timeout(patienceMs);
  const ended = await Promise.allSettled(
    (await listContainers(paths.containers)).map(async (container) => {
      using loader = loaderOf(paths, container.host, actor);
      await removeContainer(paths.containers, container, loader, signal);
    }),
  );
  const failed = ended.filter((one) => one.status === "rejected").length;
  if (failed > 0) output.say(`weft: ${failed} containers stay on record, their loader did not answer`);
}
