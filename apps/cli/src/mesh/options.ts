import { fold } from "@weft/log";
import { meshProjection, stepsTo } from "@weft/model";
import { WeftError } from "@weft/netaddr";
import type { Context } from "../context.ts";
import { loaderOf, serviceOf } from "./client.ts";
import type { MeshConfig } from "./config.ts";
import { openLog } from "./log.ts";
import type { MeshPaths } from "./paths.ts";
import { warnOnce } from "./point.ts";

/** Settings to put on record. */
interface OptionsRequest {
  readonly scope: string;
  readonly values: Readonly<Record<string, string>>;
  readonly dryRun: boolean;
}

const waitMs = 30_000;

/**
 * Puts settings on record; answers the last revision, 0 when nothing changed. Another tunnel takes several steps, each when
 * all hosts enforce the one before, so that a running mesh loses nothing by the change.
 */
export async function setOptions(
  paths: MeshPaths,
  mesh: MeshConfig,
  { scope, values, dryRun }: OptionsRequest,
  context: Pick<Context, "actor" | "signal" | "output" | "waits">,
): Promise<number> {
  const { signal } = context;
  using compiler = serviceOf(paths, "Compiler", context);
  // All of it is checked before any of it is put on record.
  await compiler.setOptions({ scope, values, dryRun: true }, { signal });
  if (dryRun) return 0;
  const { steps, head } = await stepsOf(paths, scope, values, context);
  let last = { revision: 0, event: "" };
  for (const [index, step] of steps.entries()) {
    const made = await compiler.setOptions({ scope, values: { ...step } }, { signal });
    if (made.revision > last.revision) last = made;
    if (index === steps.length - 1) break;
    // A step that is on record already may not be in force yet.
    const awaited = last.revision >= head ? last : { revision: head, event: "" };
    await Promise.all(mesh.hosts.map(({ name }) => inForce(paths, name, awaited, context)));
  }
  return last.revision;
}

async function stepsOf(
  paths: MeshPaths,
  scope: string,
  values: Readonly<Record<string, string>>,
  context: Pick<Context, "signal" | "output" | "waits">,
) {
  if (values.tunnel === undefined) return { steps: [values], head: 0 };
  await using log = await openLog(paths, context);
  const { state } = await fold(log, meshProjection, {
    signal: context.signal,
    onUnknown: warnOnce(context.output),
  });
  return { steps: stepsTo(state, scope, values), head: state.revision };
}

async function inForce(
  paths: MeshPaths,
  host: string,
  { revision, event }: { readonly revision: number; readonly event: string },
  context: Pick<Context, "actor" | "signal" | "waits">,
): Promise<void> {
  using loader = loaderOf(paths, host, context);
  try {
    await loader.wait({ revision, event }, { signal: context.signal, deadlineMs: waitMs });
  } catch (cause) {
    const message = `host ${host} is not as far as the others: the change of the tunnel waits where it is, and nothing is lost`;
    throw new WeftError("UNAVAILABLE", message, {
      cause,
      expected: "weft status to be well, then the same again",
    });
  }
}
