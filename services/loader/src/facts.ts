// What a host is without the log: its uplink, and the addresses that others reach it at.
import { setTimeout as delay } from "node:timers/promises";
import { addresses, link } from "@weft/ebpf";
import { type Address, formatAddress, parseAddress, WeftError } from "@weft/netaddr";
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

/** The facts as they are now: an uplink gets another MTU and other addresses while its host runs. */
export class LiveFacts implements HostFacts {
  readonly #options: HostOptions;
  #now: HostFacts;

  constructor(options: HostOptions, now: HostFacts) {
    this.#options = options;
    this.#now = now;
  }

  get host(): string {
    return this.#now.host;
  }
  get uplink(): string {
    return this.#now.uplink;
  }
  get uplinkMtu(): number {
    return this.#now.uplinkMtu;
  }
  get underlay(): Address {
    return this.#now.underlay;
  }
  get underlay4(): Address | undefined {
    return this.#now.underlay4;
  }
  get underlay6(): Address | undefined {
    return this.#now.underlay6;
  }

  bootedMs(): number {
    return this.#now.bootedMs();
  }

  /** Looks again until the signal aborts. `onChange` is told whether the host's addresses are among what changed. */
  async follow(onChange: (moved: boolean) => void, everyMs: number, signal: AbortSignal): Promise<void> {
    const waited = () => delay(everyMs, true, { signal, ref: false }).catch(() => false);
    while (await waited()) {
      // Without the uplink there is nothing to adapt to: it may come back.
      const seen = await factsOf(this.#options).catch(() => undefined);
      if (seen === undefined) continue;
      const moved = addressText(seen) !== addressText(this.#now);
      if (!moved && seen.uplinkMtu === this.#now.uplinkMtu) continue;
      this.#now = seen;
      onChange(moved);
    }
  }
}

function addressText({ underlay4, underlay6 }: HostFacts): string {
  return [underlay4, underlay6].map((address) => address && formatAddress(address)).join();
}

/** fe80::/10 and 169.254.0.0/16: no router forwards to them. */
function isLinkLocal({ family, value }: Address): boolean {
  return family === 6 ? value >> 118n === 0x3fan : value >> 16n === 0xa9fen;
}
