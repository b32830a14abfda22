import type { Resource } from "@weft/manifest";
import { type Command, Option } from "commander";
import { type Context, jsonOption, pathsOf, stateOption } from "../context.ts";
import { readResources } from "../documents.ts";
import { findConfig, type MeshConfig, readConfig } from "../mesh/config.ts";
import type { MeshPaths } from "../mesh/paths.ts";
import { behindLines, type OnRecord, waitInForce, waitingMs, warningLines } from "../mesh/progress.ts";
import { type Change, passedOver, refuseOffline, type Submitted, submit } from "../mesh/submit.ts";
import { withTrace } from "../mesh/tracing.ts";
import { progressLine } from "../progress-line.ts";
import { withDeadline } from "../waits.ts";
import { durationArgument } from "./arguments.ts";

interface ApplyOptions {
  readonly filename: readonly string[];
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly timeout?: number;
  readonly state?: string;
}

/** Adds `weft apply` and `weft delete`: the same but for the verb. */
export function addApply(program: Command, context: Context): void {
  for (const verb of ["apply", "delete"] as const) {
    const purpose = verb === "apply" ? "put manifests on record" : "remove what manifests name";
    program
      .command(verb)
      .summary(`${purpose} (policies, Service, Namespace)`)
      .description(
        `${verb === "apply" ? "Puts" : "Takes"} NetworkPolicy, ClusterNetworkPolicy, Service and Namespace manifests ${verb === "apply" ? "on" : "off the"} record. ` +
          `Everything is checked before anything is changed. Prints {"revision", "changes"}: the newest revision at which all of it is on record, also when nothing had to change.`,
      )
      .requiredOption("-f, --filename <path...>", "files or directories; - is standard input")
      .option("--dry-run", "check and say what would change")
      .addOption(new Option("--wait", "return when every host enforces it").conflicts("dryRun"))
      .addOption(
        new Option(
          "--timeout <duration>",
          "how long all of it may take (30s, 2m, ...; default: 60s, and 60ms for each document); then exit status 1",
        ).argParser(durationArgument),
      )
      .addOption(jsonOption())
      .addOption(stateOption())
      .action((options: ApplyOptions) => run(verb, options, context));
  }
}

/** The time that a submission has when nobody says: for checking and for putting on record. */
const usualMs = 60_000;
const documentMs = 60;

async function run(verb: "apply" | "delete", options: ApplyOptions, unlimited: Context): Promise<void> {
  const resources = await readResources(options.filename, unlimited);
  const context = withDeadline(unlimited, options.timeout ?? usualMs + documentMs * resources.length);
  const ignored = passedOver(resources);
  const paths = pathsOf(context, options);
  if ((await findConfig(paths)) === undefined) refuseOffline(resources);
  const mesh = await readConfig(paths);
  const dryRun = options.dryRun === true;
  const submitted = await withTrace(paths, `weft ${verb}`, context, () =>
    submitShown(paths, resources, verb, dryRun, context),
  );
  for (const line of ignored) context.output.say(line);
  // One write: ten thousand of them take longer than what they tell of.
  context.output.say(submitted.changes.map((change) => describe(change, dryRun)).join("\n"));
  const { revision, event, events, changes } = submitted;
  context.output.print(JSON.stringify({ revision, changes }));
  if (options.wait === true) await awaitHosts(paths, mesh, { revision, event, earlier: events }, context);
}

async function submitShown(
  paths: MeshPaths,
  resources: readonly Resource[],
  verb: "apply" | "delete",
  dryRun: boolean,
  context: Context,
): Promise<Submitted> {
  using line = progressLine(context.output);
  const onProgress = (text: string) => line.show(`weft: ${verb}: ${text}`);
  return await submit(paths, resources, { verb, dryRun, caller: context, onProgress });
}

async function awaitHosts(
  paths: MeshPaths,
  mesh: MeshConfig,
  awaited: OnRecord,
  context: Context,
): Promise<void> {
  const names = mesh.hosts.map(({ name }) => name);
  const timeoutMs = waitingMs(context.waits.leftMs());
  const hosts = await waitInForce(paths, names, awaited, timeoutMs, context);
  const behind = behindLines(hosts, awaited.revision);
  for (const line of [...warningLines(hosts), ...behind]) context.output.say(`weft: ${line}`);
  if (behind.length > 0) context.setStatus(1);
}

function describe({ kind, namespace, name, outcome }: Change, dryRun: boolean): string {
  const what = namespace === "" ? name : `${namespace}/${name}`;
  return `${kind.toLowerCase()} ${what} ${outcome}${dryRun ? " (dry run)" : ""}`;
}
