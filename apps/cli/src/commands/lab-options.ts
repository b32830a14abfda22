import { underlays } from "@weft/lab";
import { type Command, Option } from "commander";
import { stateOption } from "../context.ts";
import type { LabOptions } from "../lab/up.ts";
import type { AttachKind } from "../mesh/config.ts";
import { choosePool } from "../mesh/pool.ts";
import { hostsArgument } from "./arguments.ts";
import { attachOption } from "./attach.ts";

/** Options of `weft lab up` and `weft lab demo`, as commander gives them. */
export interface LabUpOptions {
  readonly hosts: number;
  readonly ipv4?: boolean;
  readonly tunnel: string;
  readonly underlay: string;
  readonly attach: AttachKind;
  readonly pool?: string;
  readonly pool4?: string;
  readonly state?: string;
}

/** Adds the options that say how a lab is to be. */
export function withLabOptions(command: Command): Command {
  return command
    .option("--hosts <n>", "simulated hosts, 1 to 64", hostsArgument, 3)
    .option("--ipv4", "give every container an IPv4 address too")
    .addOption(
      new Option("--tunnel <kind>", "how packets travel between hosts; none: as they are, routed")
        .choices(["vxlan", "geneve", "gre", "none"])
        .default("vxlan"),
    )
    .addOption(
      new Option("--underlay <family>", "family of the addresses between hosts")
        .choices(["4", "6"])
        .default("4"),
    )
    .addOption(attachOption())
    .option("--pool <prefix>", "IPv6 addresses of the mesh, a /48 of fd00::/8 (default: a random one)")
    .option("--pool4 <prefix>", "IPv4 addresses of the mesh (default: 10.77.0.0/16)")
    .addOption(stateOption());
}

/** What the options mean; INVALID_ARGUMENT for an impossible pool. */
export function labOptionsOf(options: LabUpOptions): LabOptions {
  return {
    hosts: options.hosts,
    ipv4: options.ipv4 === true,
    tunnel: options.tunnel,
    underlay: options.underlay,
    attach: options.attach,
    pool: choosePool(options.pool, options.pool4, underlays),
  };
}
