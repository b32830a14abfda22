import { basename } from "node:path";
import { readCases, selectCases, servedPorts } from "@weft/lab";
import { cannotRead, toWeftError, WeftError } from "@weft/netaddr";
import { Argument, type Command, Option } from "commander";
import { readBounded } from "../bounded.ts";
import { formatJson, formatJunit, formatText, type Report, wrongCells } from "../conformance/report.ts";
import { runConformance, type Tier } from "../conformance/run.ts";
import { type Context, stateOption } from "../context.ts";
import { clock } from "../lab/clock.ts";
import type { AttachKind } from "../mesh/config.ts";
import { hostsArgument } from "./arguments.ts";
import { attachOption } from "./attach.ts";

interface RunOptions {
  readonly family?: string;
  readonly hosts: number;
  readonly case?: string;
  readonly tier: Tier;
  readonly attach: AttachKind;
  readonly output: "text" | "json" | "junit";
  readonly state?: string;
}

/** Adds `weft conformance` and what is below it. */
export function addConformance(program: Command, context: Context): void {
  const conformance = program
    .command("conformance")
    .summary("what NetworkPolicy means, tried by real packets")
    .description("What NetworkPolicy means, tried by real packets against tables of what must not connect.");
  conformance
    .command("run")
    .summary("run cases with truth tables in a mesh of their own")
    .description(
      "Brings up a mesh of its own, makes the containers, namespaces and policies of each step of each case, and tries " +
        "every cell: every container to every port of every other one, by TCP, UDP and SCTP. The mesh is taken down at " +
        "the end, whatever happens. Exit status 1 when a cell is wrong.",
    )
    .addArgument(
      new Argument("<file>", "cases as cyclonus's generator makes them, see docs/guides/conformance.md"),
    )
    .addOption(new Option("--family <6|4>", "try one family (default: both)").choices(["6", "4"]))
    .option("--hosts <n>", "simulated hosts that the containers are spread over", hostsArgument, 1)
    .option("--case <range>", "only these, by their index: 1-20,33 (default: all)")
    .addOption(
      new Option(
        "--tier <tier>",
        "generic: policies in maps; specialised: wait for each container's own programs; auto: whichever is there",
      )
        .choices(["auto", "generic", "specialised"])
        .default("auto"),
    )
    .addOption(attachOption())
    .addOption(
      new Option("-o, --output <format>", "how results are printed")
        .choices(["text", "json", "junit"])
        .default("text"),
    )
    .addOption(stateOption())
    .action((file: string, options: RunOptions) => run(file, options, context));
}

const formats = { text: formatText, json: formatJson, junit: formatJunit };

async function run(path: string, options: RunOptions, context: Context): Promise<void> {
  const file = path === "-" ? "stdin" : path;
  const all = readCases(await textOf(path, context), file);
  const cases = options.case === undefined ? all : selectCases(all, options.case);
  const served = servedPorts(all, file);
  const families =
    options.family === undefined ? ([6, 4] as const) : ([options.family === "4" ? 4 : 6] as const);
  const { hosts, tier, attach, state } = options;
  const say = clock(context.output);
  const start = performance.now();
  const results = await runConformance(
    { file, cases, served, families, hosts, tier, attach, ...(state === undefined ? {} : { state }) },
    context,
    say,
  );
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  const report: Report = { file: basename(file), hosts, families, tier, cases: results, seconds };
  context.output.print(formats[options.output](report));
  if (wrongCells(report) > 0) context.setStatus(1);
}

async function textOf(path: string, context: Context): Promise<string> {
  if (path === "-") return Buffer.from(await context.readInput()).toString();
  try {
    return Buffer.from(await readBounded(path, context.signal)).toString();
  } catch (cause) {
    context.signal.throwIfAborted();
    const { message } = toWeftError(cannotRead(path, cause));
    throw new WeftError("INVALID_ARGUMENT", message, { cause, field: "FILE" });
  }
}
