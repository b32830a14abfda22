import { type Aggregate, type Log, openAggregate, subjects } from "@weft/log";
import { prefixToBytes, WeftError } from "@weft/netaddr";
import type { Handlers } from "@weft/rpc";
import {
  type HostPrefixes,
  type NewPoolEvent,
  type PoolCommand,
  type PoolState,
  poolDecider,
} from "./domain/pool.ts";
import { type HostLeases, openHostLeases } from "./host-leases.ts";
import { hostOf, ownersOf, poolOf, wishesOf } from "./requests.ts";

type PoolAggregate = Aggregate<PoolState, PoolCommand, NewPoolEvent>;

/** The gRPC door: one aggregate for the pool, one for each host's leases, opened when first asked for. */
export async function ipamHandlers(log: Log): Promise<Handlers<"Ipam">> {
  const pool = await openAggregate(log, { subject: subjects.pool(), decider: poolDecider });
  const hosts = new Map<string, Promise<HostLeases>>();

  function leasesOf(host: string): Promise<HostLeases> {
    const known = hosts.get(host);
    if (known !== undefined) return known;
    const opening = openHostLeases(log, host);
    hosts.set(host, opening);
    // A failed opening is tried again by the next call.
    opening.catch(() => hosts.delete(host));
    return opening;
  }

  return {
    async definePool(request, { actor, cause }) {
      const { revision } = await pool.execute(
        { kind: "DefinePool", pool: poolOf(request) },
        { actor, cause },
      );
      return { revision };
    },
    async assignHostPrefix(request, { actor, cause }) {
      const host = hostOf(request);
      const { state, revision } = await pool.execute({ kind: "AssignHostPrefix", host }, { actor, cause });
      const prefixes = state.hosts.get(host);
      if (prefixes === undefined)
        throw new Error(`the prefix of ${host} is not in the state it was decided on`);
      const { ipv6, ipv4 } = prefixes;
      return { ipv6: prefixToBytes(ipv6), ...(ipv4 && { ipv4: prefixToBytes(ipv4) }), revision };
    },
    async lease(request, { actor, cause, signal }) {
      const host = hostOf(request);
      const wishes = wishesOf(request);
      const prefixes = await prefixesOf(pool, host);
      return await (await leasesOf(host)).lease({ wishes, prefixes, actor, cause }, signal);
    },
    async release(request, { actor, cause, signal }) {
      const host = hostOf(request);
      const owners = ownersOf(request);
      // No matter whether the host still has prefixes: giving back must always be possible.
      const { ipv4Only } = request;
      return await (await leasesOf(host)).release({ owners, ipv4Only, actor, cause }, signal);
    },
  };
}

async function prefixesOf(pool: PoolAggregate, host: string): Promise<HostPrefixes> {
  // Another replica may have assigned it since this one last looked.
  const prefixes = pool.state().hosts.get(host) ?? (await pool.refresh()).hosts.get(host);
  if (prefixes !== undefined) return prefixes;
  throw new WeftError("FAILED_PRECONDITION", `the host ${host} has no prefixes`, {
    field: "host",
    expected: "AssignHostPrefix first",
  });
}
