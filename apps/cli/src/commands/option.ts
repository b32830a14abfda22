import { Argument, type Command, InvalidArgumentError } from "commander";
import { type Context, jsonOption, pathsOf, stateOption } from "../context.ts";
import { readConfig } from "../mesh/config.ts";
import { setOptions } from "../mesh/options.ts";
import { withTrace } from "../mesh/tracing.ts";
import { withDeadline } from "../waits.ts";
import { hostArgument, timeoutOption } from "./arguments.ts";

interface OptionSetOptions {
  readonly scope: string;
  readonly dryRun?: boolean;
  readonly timeout: number;
  readonly state?: string;
}

/** Adds `weft option` and what is below it. */
export function addOption(program: Command, context: Context): void {
  const option = program
    .command("option")
    .summary("settings of the mesh and of its hosts")
    .description("Settings of the mesh and of its hosts; weft get options lists those that were set.");
  option
    .command("set")
    .summary("put settings on record")
    .description(
      "Puts settings on record; the hosts follow while they run, and what is connected stays connected. Keys: tunnel " +
        "(vxlan, geneve, gre, none), underlay (4, 6), mtu (auto, 1280 to 65535), ipv4 (on, off), tier (auto, generic), observe (off, drops, " +
        'flows, all), lifetime.NAME (seconds, 1 to 432000). Prints {"revision"}; revision 0: nothing changed.',
    )
    .addArgument(new Argument("<key=value...>", "settings").argParser(settingArgument))
    .option("--scope <mesh|host>", "what they are for: mesh, or a host's name", hostArgument, "mesh")
    .option("--dry-run", "check only")
    .addOption(jsonOption())
    .addOption(timeoutOption("2m"))
    .addOption(stateOption())
    .action((values: Readonly<Record<string, string>>, options: OptionSetOptions) =>
      run(values, options, context),
    );
}

/** Reads "tunnel=gre"; repeated arguments add up. */
function settingArgument(text: string, before: unknown): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError(`"${text}" must be KEY=VALUE, such as tunnel=gre.`);
  return { ...(before as Record<string, string> | undefined), [text.slice(0, at)]: text.slice(at + 1) };
}

async function run(
  values: Readonly<Record<string, string>>,
  options: OptionSetOptions,
  unlimited: Context,
): Promise<void> {
  const context = withDeadline(unlimited, options.timeout);
  const paths = pathsOf(context, options);
  const mesh = await readConfig(paths);
  const request = { scope: options.scope, values, dryRun: options.dryRun === true };
  const revision = await withTrace(paths, "weft option set", context, () =>
    setOptions(paths, mesh, request, context),
  );
  context.output.print(JSON.stringify({ revision }));
}
