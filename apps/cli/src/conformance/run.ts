import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CaseResult,
  type ConformanceCase,
  openWorld,
  type PodPort,
  planWorld,
  runCases,
} from "@weft/lab";
import type { Family } from "@weft/netaddr";
import { type Context, pathsOf } from "../context.ts";
import { labUp } from "../lab/up.ts";
import { type AttachKind, readConfig } from "../mesh/config.ts";
import { setOptions } from "../mesh/options.ts";
import type { MeshPaths } from "../mesh/paths.ts";
import { teardown } from "../mesh/teardown.ts";
import { openAccess } from "./access.ts";
import { specialisedIn } from "./tiers.ts";

/** Which programs policies are tried with. */
export type Tier = "auto" | "generic" | "specialised";

/** What to run, and on what. */
interface ConformanceOptions {
  readonly file: string;
  readonly cases: readonly ConformanceCase[];
  readonly served: readonly PodPort[];
  readonly families: readonly Family[];
  readonly hosts: number;
  readonly tier: Tier;
  /** "tcx" or "clsact"; empty: what the kernel has. */
  readonly attach: AttachKind;
  /** State directory of the mesh; unset: a new one, gone afterwards. */
  readonly state?: string;
}

const lab = {
  ipv4: false,
  tunnel: "vxlan",
  underlay: "4",
  // Always the same, so that what was compiled for one run serves the next.
  pool: { ipv6: "fd77:636f:6e66::/48", ipv4: "10.77.0.0/16" },
} as const;

/** Runs cases in a mesh of their own, which is taken down afterwards, whatever happens. */
export async function runConformance(
  options: ConformanceOptions,
  context: Context,
  say: (text: string) => void,
): Promise<CaseResult[]> {
  const own = options.state === undefined;
  const state = own ? await mkdtemp(join(tmpdir(), "weft-conformance-")) : (options.state ?? "");
  const paths = pathsOf(context, { state });
  // Whoever waits for programs of their own does not wait for a policy to have settled first.
  const eager = options.tier === "specialised" ? { WEFT_SETTLE_MS: "10" } : {};
  const environment = { ...context.environment, ...eager };
  const nothing = { pods: [], intent: [], services: [], ignored: [] };
  try {
    await labUp(
      paths,
      nothing,
      { ...lab, hosts: options.hosts, attach: options.attach },
      { ...context, environment },
      say,
    );
    try {
      return await runIn(paths, options, context, say);
    } finally {
      await teardown(paths);
      say("everything is taken down");
    }
  } finally {
    if (own) await rm(state, { recursive: true, force: true });
  }
}

async function runIn(
  paths: MeshPaths,
  { file, cases, served, families, tier }: ConformanceOptions,
  context: Context,
  say: (text: string) => void,
): Promise<CaseResult[]> {
  const { signal } = context;
  if (tier === "generic") {
    await setOptions(
      paths,
      await readConfig(paths),
      { scope: "mesh", values: { tier }, dryRun: false },
      context,
    );
  }
  using access = await openAccess(paths, context);
  const plan = planWorld(cases, served, access.hosts, file);
  const world = await openWorld(plan, access, families.includes(4), signal);
  const inForce = specialisedIn(access, world, tier === "specialised", signal);
  let done = 0;
  return await runCases(cases, plan, world, {
    families,
    inForce,
    signal,
    onCase: (result) => {
      done += 1;
      const wrong = result.steps.reduce((sum, step) => sum + step.wrong.length, 0);
      const verdict = wrong === 0 ? "as expected" : `${wrong} cells wrong`;
      say(`case ${result.index} (${done} of ${cases.length}): ${verdict}: ${result.description}`);
    },
  });
}
