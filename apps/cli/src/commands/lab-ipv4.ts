import { findContainer, noteIpv4 } from "@weft/lab";
import { addressFromBytes, formatAddress } from "@weft/netaddr";
import { Argument, type Command } from "commander";
import { type Context, jsonOption, pathsOf, stateOption } from "../context.ts";
import { loaderOf } from "../mesh/client.ts";
import { readConfig } from "../mesh/config.ts";
import { withTrace } from "../mesh/tracing.ts";
import { withDeadline } from "../waits.ts";
import { type ContainerName, containerArgument, timeoutOption } from "./arguments.ts";

interface TimedOptions {
  readonly timeout: number;
  readonly state?: string;
}

/** Adds `weft lab ipv4`. */
export function addLabIpv4(lab: Command, context: Context): void {
  lab
    .command("ipv4")
    .summary("switch a running container's IPv4 on or off")
    .description(
      "Gives a running container an IPv4 address, or takes it away. Nothing is restarted: processes and IPv6 " +
        'connections go on. Prints {"revision", "ipv4"}.',
    )
    .addArgument(new Argument("<namespace/name>", "which container").argParser(containerArgument))
    .addArgument(new Argument("<on|off>", "with or without").choices(["on", "off"]))
    .addOption(jsonOption())
    .addOption(timeoutOption("60s"))
    .addOption(stateOption())
    .action((name: ContainerName, wanted: string, options: TimedOptions) =>
      run(name, wanted === "on", options, context),
    );
}

async function run(
  { namespace, name }: ContainerName,
  ipv4: boolean,
  options: TimedOptions,
  unlimited: Context,
): Promise<void> {
  const context = withDeadline(unlimited, options.timeout);
  const paths = pathsOf(context, options);
  await readConfig(paths);
  const container = await findContainer(paths.containers, namespace, name);
  const { signal } = context;
  const answer = await withTrace(paths, "weft lab ipv4", context, async () => {
    using loader = loaderOf(paths, container.host, context);
    return await loader.change({ id: container.id, ipv4 }, { signal, deadlineMs: 60_000 });
  });
  const text = answer.ipv4.length === 0 ? "" : formatAddress(addressFromBytes(answer.ipv4));
  await noteIpv4(paths.containers, container, text);
  context.output.print(JSON.stringify({ revision: answer.revision, ipv4: text || null }));
}
