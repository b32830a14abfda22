import { listContainers, removeContainer } from "@weft/lab";
import { fold } from "@weft/log";
import { meshProjection } from "@weft/model";
import { isWeftError, toWeftError } from "@weft/netaddr";
import type { Context } from "../context.ts";
import { withDeadline } from "../waits.ts";
import { isAbandoned } from "./abandoned.ts";
import { loaderOf } from "./client.ts";
import { findConfig } from "./config.ts";
import { openLog } from "./log.ts";
import type { MeshPaths } from "./paths.ts";

const patienceMs = 5_000;

/**
 * Puts on record that the containers of this machine end, where the record outlives them: on a machine's mesh, not in a
 * lab. Those that somebody else runs only lose their network. What cannot be put on record now is no reason to stay up.
 */
export async function leaveRecord(paths: MeshPaths, context: Context): Promise<void> {
  const mesh = await findConfig(paths).catch(() => undefined);
  if (mesh?.kind !== "machine" || isAbandoned(paths)) return;
  const limited = withDeadline({ ...context, signal: new AbortController().signal }, patienceMs);
  const own = await listContainers(paths.containers);
  const ended = await Promise.allSettled([
    ...own.map(async (container) => {
      using loader = loaderOf(paths, container.host, limited);
      await removeContainer(paths.containers, container, loader, limited.signal);
    }),
    ...mesh.hosts.map(({ name }) => detachOthers(paths, name, new Set(own.map(({ id }) => id)), limited)),
  ]);
  const reasons = ended.flatMap((one) =>
    one.status === "rejected" ? [toWeftError(one.reason).message] : [],
  );
  for (const reason of new Set(reasons))
    context.output.say(`weft: containers of this machine may stay on record: ${reason}`);
}

/** Takes off the network what this command did not start. */
async function detachOthers(
  paths: MeshPaths,
  host: string,
  own: ReadonlySet<string>,
  context: Context,
): Promise<void> {
  await using log = await openLog(paths, context);
  const { state } = await fold(log, meshProjection, { signal: context.signal });
  using loader = loaderOf(paths, host, context);
  const others = [...(state.endpoints.get(host)?.keys() ?? [])].filter((id) => !own.has(id));
  await Promise.all(
    others.map((id) =>
      loader.detach({ id }, { signal: context.signal }).catch((error: unknown) => {
        if (!isWeftError(error, "NOT_FOUND")) throw error;
      }),
    ),
  );
}
