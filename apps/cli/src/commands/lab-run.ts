import { buildWorkload, listContainers, type PlacedPod, placeOne, podName, runContainer } from "@weft/lab";
import { Argument, type Command } from "commander";
import { type Context, jsonOption, pathsOf, stateOption } from "../context.ts";
import { newId } from "../lab/scene.ts";
import { loaderOf } from "../mesh/client.ts";
import { checkHost, type MeshConfig, readConfig } from "../mesh/config.ts";
import type { MeshPaths } from "../mesh/paths.ts";
import { withTrace } from "../mesh/tracing.ts";
import { withDeadline } from "../waits.ts";
import {
  type ContainerName,
  containerArgument,
  hostArgument,
  labelsArgument,
  type PortArgument,
  portsArgument,
  timeoutOption,
} from "./arguments.ts";

interface RunOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly host?: string;
  readonly listen?: readonly PortArgument[];
  readonly ipv4?: boolean;
  readonly timeout: number;
  readonly state?: string;
}

/** Adds `weft lab run`. */
export function addLabRun(lab: Command, context: Context): void {
  lab
    .command("run")
    .summary("run one more container")
    .description(
      "Runs a container in the lab and prints it as JSON once it is on the network. A Kubernetes manifest is not " +
        "needed: labels and ports are given here.",
    )
    .addArgument(new Argument("<namespace/name>", "what it is called").argParser(containerArgument))
    .option("-l, --labels <k=v,...>", "labels", labelsArgument)
    .option(
      "--host <name>",
      "host to run it on (default: one of those with the fewest containers)",
      hostArgument,
    )
    .option("--listen <tcp/80,...>", "ports to answer on (default: none)", portsArgument)
    .option("--ipv4", "give it an IPv4 address too")
    .addOption(jsonOption())
    .addOption(timeoutOption("60s"))
    .addOption(stateOption())
    .action((name: ContainerName, options: RunOptions) => run(name, options, context));
}

async function run(name: ContainerName, options: RunOptions, unlimited: Context): Promise<void> {
  const context = withDeadline(unlimited, options.timeout);
  const paths = pathsOf(context, options);
  const mesh = await readConfig(paths);
  const pod = await podOf(name, options, mesh, paths);
  const program = await buildWorkload(context.signal);
  const container = await withTrace(paths, "weft lab run", context, async () => {
    using loader = loaderOf(paths, pod.host, context);
    const directory = paths.containers;
    const { signal } = context;
    return await runContainer(pod, { mesh: mesh.mesh, directory, program, loader, id: newId(), signal });
  });
  const { control: _, ...shown } = container;
  context.output.print(JSON.stringify({ ...shown, ipv4: shown.ipv4 || null }));
}

async function podOf(
  name: ContainerName,
  options: RunOptions,
  mesh: MeshConfig,
  paths: MeshPaths,
): Promise<PlacedPod> {
  const labels = options.labels ?? {};
  const ports = (options.listen ?? []).map((port) => ({ name: "", ...port }));
  const hosts = mesh.hosts.map((host) => host.name);
  const host = options.host ?? (await emptiest(name, hosts, paths));
  checkHost(host, mesh);
  return { ...name, labels, ports, host, ipv4: options.ipv4 === true || mesh.ipv4 };
}

async function emptiest(name: ContainerName, hosts: readonly string[], paths: MeshPaths): Promise<string> {
  const containers = await listContainers(paths.containers);
  const load = (host: string) => containers.filter((container) => container.host === host).length;
  return placeOne(podName(name), hosts, load);
}
