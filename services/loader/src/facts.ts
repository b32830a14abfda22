// What a host is without the log: its uplink, and the addresses that others reach it at.
import { addresses, link } from "@weft/ebpf";
import { type Address, parseAddress, WeftError } from "@weft/netaddr";
import type { HostFacts } from "./domain/desired.ts";

/** What the loader was told about its host. */
export interface HostOptions {
  readonly host: string;
  /** Network namespace of the host: a path; undefined: the process's own. */
  readonly netns: string | undefined;
  readonly uplink: string;
  /** Where the other hosts send to, unless an option says which family. */
  readonly underlay: Address;
  /** The address of the other family; undefined: the first of the uplink's that others can reach. */
  readonly otherUnderlay?: Address | undefined;
}

/** The facts; FAILED_PRECONDITION when there is no such device. */
export async function factsOf(options: HostOptions): Promise<HostFacts> {
  const { host, netns, uplink, underlay } = options;
  const device = await link({ ifname: uplink, ...(netns === undefined ? {} : { netns }) });
  if (device === undefined) {
    throw new WeftError("FAILED_PRECONDITION", `host ${host} has no device ${uplink}`, {
      field: "WEFT_UPLINK",
    });
  }
  const told = [underlay, options.otherUnderlay].filter((address) => address !== undefined);
  const own = (await addresses(netns))
    .filter(({ ifindex }) => ifindex === device.ifindex)
    .map(({ address }) => parseAddress(address.replace(/\/.*/, "")));
  const usable = [...told, ...own].filter((address) => !isLinkLocal(address));
  return {
    host,
    uplink,
    uplinkMtu: device.mtu,
    underlay,
    underlay4: usable.find(({ family }) => family === 4),
    underlay6: usable.find(({ family }) => family === 6),
    bootedMs: () => Date.now() - Number(process.hrtime.bigint() / 1_000_000n),
  };
}

/** fe80::/10 and 169.254.0.0/16: no router forwards to them. */
function isLinkLocal({ family, value }: Address): boolean {
  return family === 6 ? value >> 118n === 0x3fan : value >> 16n === 0xa9fen;
}
