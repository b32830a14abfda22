import { accept, type Decider, type Decision, type ReadEvent, refuse, type WeftEvent } from "@weft/log";
import { formatPrefix, nthSubprefix, type Prefix, prefixFromBytes, prefixToBytes } from "@weft/netaddr";
import { hostLength, type Pool, poolCapacity, poolFault } from "./pool-rules.ts";

/** Prefixes of one host; `number` counts hosts from 1. */
export interface HostPrefixes {
  readonly number: number;
  readonly ipv6: Prefix;
  readonly ipv4?: Prefix;
}

/** The pool and who has which part of it. */
export interface PoolState {
  readonly pool?: Pool;
  readonly hosts: ReadonlyMap<string, HostPrefixes>;
  /** Lowest host number never given out. */
  readonly next: number;
  /** Numbers of hosts that left, longest ago first. */
  readonly released: readonly number[];
}

/** What can be asked of the pool. */
export type PoolCommand =
  | { readonly kind: "DefinePool"; readonly pool: Pool }
  | { readonly kind: "AssignHostPrefix"; readonly host: string };

type PoolEventName = "PoolDefined" | "HostPrefixAssigned" | "HostPrefixReleased";

/** The pool's events as they are written. */
export type NewPoolEvent = WeftEvent<PoolEventName>;

/** The rule of the pool: defined once, one pair of prefixes a host. */
export const poolDecider: Decider<PoolState, PoolCommand, NewPoolEvent> = {
  initial: { hosts: new Map(), next: 1, released: [] },
  evolve,
  decide(command, state) {
    switch (command.kind) {
      case "DefinePool":
        return define(command.pool, state);
      case "AssignHostPrefix":
        return assign(command.host, state);
    }
  },
};

function define(pool: Pool, state: PoolState): Decision<NewPoolEvent> {
  const fault = poolFault(pool);
  if (fault !== undefined) return refuse("INVALID_ARGUMENT", fault.message, fault);
  if (state.pool === undefined) return accept({ type: "PoolDefined", data: wire(pool) });
  if (describe(state.pool) === describe(pool)) return accept();
  const message = `the mesh has the pool ${describe(state.pool)}`;
  return refuse("ALREADY_EXISTS", message, { field: "ipv6", expected: describe(state.pool) });
}

function assign(host: string, state: PoolState): Decision<NewPoolEvent> {
  if (state.hosts.has(host)) return accept();
  if (state.pool === undefined) {
    return refuse("FAILED_PRECONDITION", "the mesh has no address pool yet", {
      expected: "DefinePool first",
    });
  }
  const capacity = poolCapacity(state.pool);
  const number = state.next <= capacity ? state.next : state.released[0];
  if (number === undefined) {
    const message = `all ${capacity} host prefixes of ${describe(state.pool)} are assigned`;
    return refuse("RESOURCE_EXHAUSTED", message, { field: "host" });
  }
  const ipv6 = nthSubprefix(state.pool.ipv6, hostLength.ipv6, number);
  const { ipv4: ipv4Pool } = state.pool;
  const ipv4 = ipv4Pool && nthSubprefix(ipv4Pool, hostLength.ipv4, number - 1);
  return accept({ type: "HostPrefixAssigned", data: { host, ...wire({ ipv6, ...(ipv4 && { ipv4 }) }) } });
}

function evolve(state: PoolState, event: ReadEvent<PoolEventName>): PoolState {
  switch (event.type) {
    case "PoolDefined":
      return { ...state, pool: fromWire(event.data) };
    case "HostPrefixAssigned": {
      const prefixes = fromWire(event.data);
      const number = hostNumber(prefixes.ipv6, state.pool);
      return {
        ...state,
        hosts: new Map(state.hosts).set(event.data.host, { number, ...prefixes }),
        next: Math.max(state.next, number + 1),
        released: state.released.filter((other) => other !== number),
      };
    }
    case "HostPrefixReleased": {
      const left = state.hosts.get(event.data.host);
      if (left === undefined) return state;
      const hosts = new Map(state.hosts);
      hosts.delete(event.data.host);
      return { ...state, hosts, released: [...state.released, left.number] };
    }
  }
}

function hostNumber(ipv6: Prefix, pool: Pool | undefined): number {
  const base = pool?.ipv6.address.value ?? 0n;
  return Number((ipv6.address.value - base) >> BigInt(128 - hostLength.ipv6));
}

function describe({ ipv6, ipv4 }: Pool): string {
  return ipv4 === undefined ? formatPrefix(ipv6) : `${formatPrefix(ipv6)} and ${formatPrefix(ipv4)}`;
}

function wire({ ipv6, ipv4 }: Pool): { ipv6: WirePrefix; ipv4?: WirePrefix } {
  return { ipv6: prefixToBytes(ipv6), ...(ipv4 && { ipv4: prefixToBytes(ipv4) }) };
}

type WirePrefix = ReturnType<typeof prefixToBytes>;

function fromWire(data: { readonly ipv6: WirePrefix | null; readonly ipv4: WirePrefix | null }): Pool {
  const ipv6 = prefixFromBytes(data.ipv6 ?? {});
  return data.ipv4 === null ? { ipv6 } : { ipv6, ipv4: prefixFromBytes(data.ipv4) };
}
