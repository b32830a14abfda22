// What a host is without the log: its uplink, and the addresses that others reach it at. Looked at again and again.
import { setTimeout as delay } from "node:timers/promises";
import { addresses, type Device, link } from "@weft/ebpf";
import { type Address, formatAddress, parseAddress, WeftError } from "@weft/netaddr";
import type { HostFacts } from "./domain/desired.ts";
import { chooseUnderlays, type HeldAddress, missingOf, type Underlays } from "./domain/underlay.ts";

/** What the loader was told about its host. */
export interface HostOptions {
  readonly host: string;
  /** Network namespace of the host: a path; undefined: the process's own. */
  readonly netns: string | undefined;
  readonly uplink: string;
  /** Where the other hosts send to, while this host has it; undefined: at the uplink's first. */
  readonly underlay: Address | undefined;
  /** The address of the other family; undefined: the first of the uplink's that others can reach. */
  readonly otherUnderlay?: Address | undefined;
}

/** The facts, and what is wrong with them. */
export interface SeenFacts extends HostFacts {
  /** The uplink's; another one when it was deleted and made anew. 0 without an uplink. */
  readonly uplinkIfindex: number;
  /** What keeps other hosts from reaching this one as they should, a sentence each. */
  readonly problems: readonly string[];
}

/**
 * The facts as they are now. Without an uplink, or with no address on it, `before` stays and the problems say so; without
 * a `before` that is FAILED_PRECONDITION.
 */
export async function factsOf(options: HostOptions, before?: SeenFacts): Promise<SeenFacts> {
  const { host, uplink } = options;
  const device = await link({ ifname: uplink, ...inNetns(options) });
  const held = device === undefined ? [] : await heldBy(device, options);
  const told = toldOf(options);
  const chosen = chooseUnderlays(held, told, before);
  if (device === undefined && before === undefined) {
    throw new WeftError("FAILED_PRECONDITION", `host ${host} has no device ${uplink}`, {
      field: "WEFT_UPLINK",
    });
  }
  const at = chosen ?? before ?? startAt(told);
  if (at === undefined) {
    throw new WeftError("FAILED_PRECONDITION", `${uplink} has no address that other hosts could reach`, {
      field: "WEFT_UNDERLAY",
    });
  }
  return {
    host,
    uplink,
    uplinkMtu: device?.mtu ?? before?.uplinkMtu ?? 0,
    uplinkIfindex: device?.ifindex ?? 0,
    underlay: at.underlay,
    underlay4: at.underlay4,
    underlay6: at.underlay6,
    // Both clocks are asked each time: the wall's may be set.
    bootedMs: () => Date.now() - Number(process.hrtime.bigint() / 1_000_000n),
    problems:
      device === undefined ? [`there is no device ${uplink}`] : problemsOf(device, held, told, chosen),
  };
}

function inNetns({ netns }: HostOptions): { netns?: string } {
  return netns === undefined ? {} : { netns };
}

function toldOf({ underlay, otherUnderlay }: HostOptions): Address[] {
  return [underlay, otherUnderlay].filter((address) => address !== undefined);
}

/** A host that starts before its address is there: it will be. */
function startAt(told: readonly Address[]): Underlays | undefined {
  const of = (family: 4 | 6) => told.find((address) => address.family === family);
  return told[0] && { underlay: told[0], underlay4: of(4), underlay6: of(6) };
}

async function heldBy(device: Device, { netns }: HostOptions): Promise<HeldAddress[]> {
  return (await addresses(netns))
    .filter(({ duplicate }) => !duplicate)
    .map(({ ifindex, address, tentative, deprecated, temporary }) => ({
      address: parseAddress(address.replace(/\/.*/, "")),
      onUplink: ifindex === device.ifindex,
      lasting: !tentative && !deprecated && !temporary,
    }));
}

function problemsOf(
  { name, up, running }: Device,
  held: readonly HeldAddress[],
  told: readonly Address[],
  chosen: Underlays | undefined,
): string[] {
  const problems: string[] = [];
  if (!up) problems.push(`${name} is down`);
  else if (!running) problems.push(`${name} has no carrier`);
  if (chosen === undefined) problems.push(`${name} has no address that other hosts could reach`);
  for (const address of missingOf(held, told)) {
    const used = address.family === 4 ? chosen?.underlay4 : chosen?.underlay6;
    const instead = used === undefined ? "" : `: others reach it at ${formatAddress(used)}`;
    problems.push(
      `this host has no address ${formatAddress(address)}, which it was told to be reached at${instead}`,
    );
  }
  return problems;
}

/** What has changed since the last look. */
export interface FactsChange {
  /** The addresses or the MTU, which other hosts must know. */
  readonly moved: boolean;
  /** The uplink is another device than before, or came back: what was attached to it is gone. */
  readonly replaced: boolean;
}

/** The facts as they are now: an uplink gets another MTU and other addresses while its host runs, and may go and come. */
export class LiveFacts implements SeenFacts {
  readonly #options: HostOptions;
  #now: SeenFacts;

  constructor(options: HostOptions, now: SeenFacts) {
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
  get uplinkIfindex(): number {
    return this.#now.uplinkIfindex;
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
  get problems(): readonly string[] {
    return this.#now.problems;
  }

  bootedMs(): number {
    return this.#now.bootedMs();
  }

  /** Looks again until the signal aborts. `onChange` is told what is different. */
  async follow(onChange: (change: FactsChange) => void, everyMs: number, signal: AbortSignal): Promise<void> {
    const waited = () => delay(everyMs, true, { signal, ref: false }).catch(() => false);
    while (await waited()) {
      const before = this.#now;
      // A look that fails says nothing: the next one may.
      const seen = await factsOf(this.#options, before).catch(() => undefined);
      if (seen === undefined || printOf(seen) === printOf(before)) continue;
      this.#now = seen;
      onChange({
        moved: addressText(seen) !== addressText(before) || seen.uplinkMtu !== before.uplinkMtu,
        replaced: seen.uplinkIfindex !== before.uplinkIfindex,
      });
    }
  }
}

function printOf(facts: SeenFacts): string {
  const { uplinkMtu, uplinkIfindex, problems } = facts;
  return JSON.stringify([uplinkMtu, uplinkIfindex, addressText(facts), problems]);
}

/** With the one that is used first: which family that is counts too. */
function addressText({ underlay, underlay4, underlay6 }: HostFacts): string {
  return [underlay, underlay4, underlay6].map((address) => address && formatAddress(address)).join();
}
