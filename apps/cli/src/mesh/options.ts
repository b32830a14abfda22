import { WeftError } from "@weft/netaddr";
import type { Context } from "../context.ts";
import { loaderOf, serviceOf } from "./client.ts";
import type { MeshConfig } from "./config.ts";
import type { MeshPaths } from "./paths.ts";

/** Settings to put on record. */
export interface OptionsRequest {
  readonly scope: string;
  readonly values: Readonly<Record<string, string>>;
  readonly dryRun: boolean;
}

const waitMs = 30_000;

/**
 * Puts settings on record; answers the revision, 0 when nothing changed. Another tunnel is announced first: hosts send
 * with it only when all of them take it, so that a running mesh loses nothing by the change.
 */
export async function setOptions(
  paths: MeshPaths,
  mesh: MeshConfig,
  { scope, values, dryRun }: OptionsRequest,
  context: Pick<Context, "actor" | "signal">,
): Promise<number> {
  const { actor, signal } = context;
  using compiler = serviceOf(paths, "Compiler", actor);
  // All of it is checked before any of it is put on record.
  await compiler.setOptions({ scope, values, dryRun: true }, { signal });
  if (dryRun) return 0;
  const { tunnel } = values;
  if (tunnel !== undefined) {
    const { revision } = await compiler.setOptions({ scope, values: { "tunnel-next": tunnel } }, { signal });
    const hosts = mesh.hosts.map(({ name }) => name);
    await Promise.all(hosts.map((host) => inForce(paths, host, revision, context)));
  }
  return (await compiler.setOptions({ scope, values: { ...values } }, { signal })).revision;
}

async function inForce(
  paths: MeshPaths,
  host: string,
  revision: number,
  { actor, signal }: Pick<Context, "actor" | "signal">,
): Promise<void> {
  using loader = loaderOf(paths, host, actor);
  try {
    await loader.wait({ revision }, { signal, deadlineMs: waitMs });
  } catch (cause) {
    const message = `host ${host} does not take the new tunnel yet: all go on with the one they have`;
    throw new WeftError("UNAVAILABLE", message, { cause, expected: "weft status to be well, then again" });
  }
}
