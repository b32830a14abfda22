import { once } from "node:events";
import { join } from "node:path";
import { asExpected, selectedContainers } from "@weft/lab";
import type { Command } from "commander";
import { type Context, outputOption, pathsOf } from "../context.ts";
import { clock } from "../lab/clock.ts";
import {
  demoJson,
  expectationOf,
  formatContainers,
  formatReachability,
  judgeAll,
  nextSteps,
} from "../lab/demo.ts";
import { readInput } from "../lab/input.ts";
import { labUp } from "../lab/up.ts";
import { isAbandoned } from "../mesh/abandoned.ts";
import { findConfig } from "../mesh/config.ts";
import type { MeshPaths } from "../mesh/paths.ts";
import { readPrograms, untilSpecialised } from "../mesh/programs.ts";
import { teardown } from "../mesh/teardown.ts";
import { withTrace } from "../mesh/tracing.ts";
import { type LabUpOptions, labOptionsOf, withLabOptions } from "./lab-options.ts";

interface DemoOptions extends LabUpOptions {
  readonly filename: readonly string[];
  readonly once?: boolean;
  readonly output: string;
}

const example = join(import.meta.dirname, "..", "..", "..", "..", "examples", "online-boutique");

/** Adds `weft lab demo`, which is what `npm start` runs. */
export function addLabDemo(lab: Command, context: Context): void {
  const command = lab
    .command("demo")
    .summary("bring a lab up, show what it does, and stay until Ctrl-C (npm start)")
    .description(
      "Brings up a lab, shows what came up and which connections the policies let through, expected against " +
        "observed, and stays until Ctrl-C. Exit status 1 when anything was not as expected.",
    )
    .option("-f, --filename <path...>", "manifests to run (default: examples/online-boutique)", [example])
    .option("--once", "end after showing it, instead of staying");
  withLabOptions(command.addOption(outputOption())).action((options: DemoOptions) => run(options, context));
}

async function run(options: DemoOptions, context: Context): Promise<void> {
  const paths = pathsOf(context, options);
  const lab = labOptionsOf(options);
  const input = await readInput(options.filename, lab.hosts, context);
  const say = clock(context.output);
  await clearAbandoned(paths, say);
  const placed = await withTrace(paths, "weft lab demo", context, () =>
    labUp(paths, input.scene, lab, context, say),
  );
  try {
    const { output, signal } = context;
    const hosts = Array.from({ length: lab.hosts }, (_, index) => `h${index + 1}`);
    const expectation = expectationOf(placed.containers, input);
    const look = () => readPrograms(paths, hosts, context);
    const programs = await untilSpecialised(selectedContainers(expectation), look, signal);
    const own = programs.filter((program) => program.tier === "specialised").length;
    say(`programs: ${programs.length} in the kernels, ${own} of them made for one container`);
    const results = await judgeAll(expectation, signal);
    say(`reachability: ${results.length} connections tried`);
    const { containers } = placed;
    if (options.output === "json") output.print(demoJson(containers, results));
    else output.print(`\n${formatContainers(containers, programs)}\n\n${formatReachability(results)}\n`);
    if (!results.every(asExpected)) context.setStatus(1);
    if (options.once === true) return;
    const said = `${nextSteps}\n\nThe lab is up. Ctrl-C ends it.`;
    if (options.output === "json") output.say(said);
    else output.print(said);
    await untilInterrupted(signal);
  } finally {
    await teardown(paths);
    say("everything is taken down");
  }
}

/** A demo whose terminal was closed left a mesh behind that nobody wants. */
async function clearAbandoned(paths: MeshPaths, say: (text: string) => void): Promise<void> {
  const mesh = await findConfig(paths).catch(() => undefined);
  if (mesh?.kind !== "lab" || !isAbandoned(paths)) return;
  say("removing what an earlier lab left behind");
  await teardown(paths);
}

async function untilInterrupted(signal: AbortSignal): Promise<void> {
  // A pending signal alone does not keep the process alive.
  const hold = setInterval(() => {}, 2 ** 30);
  if (!signal.aborted) await once(signal, "abort");
  clearInterval(hold);
}
