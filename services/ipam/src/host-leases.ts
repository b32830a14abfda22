import { type Aggregate, type Log, openAggregate, subjects } from "@weft/log";
import { batcher, type ResponseInput } from "@weft/rpc";
import type { Wish } from "./domain/choose.ts";
import type { LeaseState } from "./domain/lease-state.ts";
import { heldBytes, type LeaseCommand, leaseDecider, type NewLeaseEvent } from "./domain/leases.ts";
import type { HostPrefixes } from "./domain/pool.ts";
import { wishLimit } from "./requests.ts";

/** The leases of one host: calls that arrive together share one event. */
export interface HostLeases {
  lease(asked: AskedLease, signal: AbortSignal): Promise<ResponseInput<"Ipam", "lease">>;
  release(asked: AskedRelease, signal: AbortSignal): Promise<ResponseInput<"Ipam", "release">>;
}

/** One call of Lease. */
interface AskedLease {
  readonly wishes: readonly Wish[];
  readonly prefixes: HostPrefixes;
  readonly actor: string;
  readonly cause: string;
}

/** One call of Release. */
interface AskedRelease {
  readonly owners: readonly string[];
  readonly ipv4Only: boolean;
  readonly actor: string;
  readonly cause: string;
}

type Leases = Aggregate<LeaseState, LeaseCommand, NewLeaseEvent>;

/** Opens the leases of a host: replays its subject once. */
export async function openHostLeases(
  log: Log,
  host: string,
  now: () => number = Date.now,
): Promise<HostLeases> {
  const leases = await openAggregate(log, { subject: subjects.leases(host), decider: leaseDecider });
  return {
    lease: batcher<AskedLease, ResponseInput<"Ipam", "lease">>({
      name: "ipam.lease",
      limit: wishLimit,
      weight: ({ wishes }) => wishes.length,
      key: ({ actor }) => actor,
      run: (asked) => leaseAll(leases, asked, now()),
    }),
    release: batcher<AskedRelease, ResponseInput<"Ipam", "release">>({
      name: "ipam.release",
      limit: wishLimit,
      weight: ({ owners }) => owners.length,
      key: ({ actor, ipv4Only }) => `${ipv4Only} ${actor}`,
      run: (asked) => releaseAll(leases, asked, now()),
    }),
  };
}

async function leaseAll(
  leases: Leases,
  asked: readonly AskedLease[],
  nowMs: number,
): Promise<ResponseInput<"Ipam", "lease">[]> {
  const [first] = asked;
  if (first === undefined) return [];
  const { prefixes, actor, cause } = first;
  const wishes = asked.flatMap((each) => each.wishes);
  const { state, revision } = await leases.execute(
    { kind: "Lease", prefixes, wishes, nowMs },
    { actor, cause },
  );
  return asked.map((each) => ({ leases: each.wishes.map(({ owner }) => leaseOf(state, owner)), revision }));
}

function leaseOf(state: LeaseState, owner: string): { owner: string; ipv6: Uint8Array; ipv4: Uint8Array } {
  const held = state.leases.get(owner);
  if (held === undefined) throw new Error(`the lease of ${owner} is not in the state it was decided on`);
  return { owner, ...heldBytes(held) };
}

async function releaseAll(
  leases: Leases,
  asked: readonly AskedRelease[],
  nowMs: number,
): Promise<ResponseInput<"Ipam", "release">[]> {
  const [first] = asked;
  if (first === undefined) return [];
  const { actor, cause } = first;
  const owners = asked.flatMap((each) => each.owners);
  const { ipv4Only } = first;
  const { revision } = await leases.execute({ kind: "Release", owners, ipv4Only, nowMs }, { actor, cause });
  return asked.map(() => ({ revision }));
}
