import type { Command } from "commander";
import { type Context, outputOption, pathsOf, stateOption } from "../context.ts";
import { loaderOf } from "../mesh/client.ts";
import { checkHost, readConfig } from "../mesh/config.ts";
import { tellDoubt } from "../mesh/doubt.ts";
import { withDeadline } from "../waits.ts";
import { hostArgument, timeoutOption } from "./arguments.ts";

interface PlanOptions {
  readonly host?: string;
  readonly output: string;
  readonly timeout: number;
  readonly state?: string;
}

/** Adds `weft plan`. */
export function addPlan(program: Command, context: Context): void {
  program
    .command("plan")
    .summary("print what the loaders would do to the kernel now")
    .description(
      "Compares what the log wants with what each host's kernel holds, and prints the operations between the two, " +
        "without doing any of them. Nothing to do is the normal answer. What a host has to say of itself is on stderr; exit " +
        "status 1 when one has a problem, as when it cannot know what is on record.",
    )
    .option("--host <name>", "only this host", hostArgument)
    .addOption(outputOption())
    .addOption(timeoutOption())
    .addOption(stateOption())
    .action((options: PlanOptions) => run(options, context));
}

async function run(options: PlanOptions, unlimited: Context): Promise<void> {
  const context = withDeadline(unlimited, options.timeout);
  const paths = pathsOf(context, options);
  const mesh = await readConfig(paths);
  const names = options.host === undefined ? mesh.hosts.map((host) => host.name) : [options.host];
  for (const name of names) checkHost(name, mesh);
  const one = async (host: string) => {
    using loader = loaderOf(paths, host, context);
    return { host, ...(await loader.plan({}, { signal: context.signal })) };
  };
  const plans = await Promise.all(names.map(one));
  const said = await tellDoubt(paths, names, context);
  if (said.some(({ error }) => error !== "")) context.setStatus(1);
  if (options.output === "json") {
    const shown = plans.map(({ host, revision, json }, index) => ({
      host,
      revision,
      operations: JSON.parse(json || "[]"),
      error: said[index]?.error ?? "",
      warnings: said[index]?.warnings ?? [],
    }));
    context.output.print(JSON.stringify(shown));
    return;
  }
  for (const { host, revision, operations } of plans) {
    context.output.print(
      `${host} at revision ${revision}: ${operations.length === 0 ? "nothing to do" : ""}`.trimEnd(),
    );
    for (const operation of operations) context.output.print(`  ${operation}`);
  }
}
