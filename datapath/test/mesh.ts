import type { LoadedObject, Program } from "@weft/ebpf";
import type { PolicyTables } from "@weft/policy";
import { type Container, countersOf, type Datapath, openDatapath, type Tunnel } from "./datapath.ts";
import { outcomeName } from "./outcome.ts";

/** Underlay addresses of this host and of another. */
export const [here, there, stranger] = ["192.168.7.1", "192.168.7.2", "192.168.7.9"] as const;

/** Containers that the packet tests speak of: two on this host, one on the other. */
export const alice: Container = {
  slot: 1,
  identity: 256,
  mac: "02:00:00:00:00:0a",
  ipv6: "fd00:1::a",
  ipv4: "10.0.0.10",
};
export const bob: Container = {
  slot: 2,
  identity: 257,
  mac: "02:00:00:00:00:0b",
  ipv6: "fd00:1::b",
  ipv4: "10.0.0.11",
};
export const carol: Container = {
  slot: 3,
  identity: 258,
  mac: "02:00:00:00:00:0c",
  ipv6: "fd00:1::c",
  ipv4: "10.0.0.12",
};

/** tc's answers: redirect, drop, next program. */
export const actions = { redirect: 7, drop: 2, next: -1 } as const;

/** What became of a packet. */
export interface Verdict {
  readonly action: number;
  /** By the program that settled it; undefined: not counted. */
  readonly outcome: string | undefined;
  readonly data: Uint8Array;
  /** Words of skb->cb afterwards. */
  readonly cb: readonly number[];
}

/** A host of which programs can be run on packets. */
export interface TestMesh extends Disposable {
  readonly datapath: Datapath;
  readonly alice: LoadedObject;
  readonly bob: LoadedObject;
  /** Runs a program of this host on a packet. */
  run(program: Program, data: Uint8Array, skb?: Context): Promise<Verdict>;
  /** Alice sends. */
  send(data: Uint8Array): Promise<Verdict>;
  /** Bob sends. */
  reply(data: Uint8Array): Promise<Verdict>;
  /** Gives Alice or Bob other programs. */
  change(who: "alice" | "bob", changed: Partial<Container>): Promise<void>;
}

interface Context {
  readonly cb?: readonly number[];
  readonly ifindex?: number;
  readonly ingressIfindex?: number;
  readonly gsoSize?: number;
  readonly gsoSegs?: number;
}

/** Policies of the containers; unset: none. */
interface MeshOptions {
  readonly alice?: PolicyTables;
  readonly bob?: PolicyTables;
  readonly underlay?: readonly [string, string];
  /** The addresses of both hosts in the other family, if they have some. */
  readonly otherUnderlay?: readonly [string, string];
  readonly tunnel?: Tunnel;
  readonly accepted?: readonly Tunnel[];
  readonly specialised?: boolean;
  /** The programs of containers count what they ask of maps. */
  readonly counted?: boolean;
}

/** A host with Alice and Bob, and Carol behind the tunnel. */
export async function openMesh(options: MeshOptions = {}): Promise<TestMesh> {
  const [mine, other] = options.underlay ?? [here, there];
  const datapath = await openDatapath({
    underlay: mine,
    ...(options.otherUnderlay === undefined ? {} : { otherUnderlay: options.otherUnderlay[0] }),
    ...(options.tunnel === undefined ? {} : { tunnel: options.tunnel }),
    ...(options.accepted === undefined ? {} : { accepted: options.accepted }),
    counted: options.counted === true,
  });
  datapath.addHost(mine);
  datapath.addHost(other);
  if (options.otherUnderlay !== undefined) {
    datapath.addHost(options.otherUnderlay[0], 1);
    datapath.addHost(options.otherUnderlay[1], 2);
  }
  datapath.addPeer(alice);
  datapath.addPeer(bob);
  datapath.addPeer(carol, other);
  const policyOf = (who: "alice" | "bob") => {
    const policy = options[who];
    return policy === undefined ? {} : { policy, specialised: options.specialised ?? false };
  };
  const loaded = {
    alice: await datapath.load({ ...alice, ...policyOf("alice") }),
    bob: await datapath.load({ ...bob, ...policyOf("bob") }),
  };

  async function run(program: Program, data: Uint8Array, skb: Context = {}): Promise<Verdict> {
    const all = (): Record<number, number>[] => [loaded.alice, loaded.bob, datapath.uplink].map(countersOf);
    const before = all();
    const { retval, data: out, skb: after } = await program.testRun({ data, skb });
    const counted = all().flatMap((counters, index) =>
      Object.entries(counters).flatMap(([outcome, count]) =>
        count > (before[index]?.[Number(outcome)] ?? 0) ? [outcomeName(Number(outcome))] : [],
      ),
    );
    if (counted.length > 1) throw new Error(`counted more than once: ${counted.join(", ")}`);
    return { action: retval | 0, outcome: counted[0], data: out, cb: after?.cb ?? [] };
  }

  return {
    datapath,
    get alice() {
      return loaded.alice;
    },
    get bob() {
      return loaded.bob;
    },
    run,
    send: (data) => run(loaded.alice.program("from_container"), data),
    reply: (data) => run(loaded.bob.program("from_container"), data),
    async change(who, changed) {
      const container = { alice, bob }[who];
      loaded[who] = await datapath.load({ ...container, ...policyOf(who), ...changed });
      datapath.addPeer({ ...container, ...changed });
    },
    [Symbol.dispose]: () => datapath[Symbol.dispose](),
  };
}
