import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoadedObject, TestRun } from "@weft/ebpf";
import { type Container, countersOf, type Tunnel } from "./datapath.ts";
import { kernelTest } from "./frames.ts";
import { check, Misbehaviour, type Run } from "./fuzz/check.ts";
import { type Program, packetFor, wires } from "./fuzz/packets.ts";
import { type Random, randomOf } from "./fuzz/random.ts";
import { hex } from "./fuzz/read.ts";
import { bob, openMesh, type TestMesh } from "./mesh.ts";
import { outcomeName, outcomes } from "./outcome.ts";
import { lossesOf, openRecords, type Records } from "./records.ts";
import { allows, both, closed } from "./tables.ts";

// WEFT_FUZZ_SEED repeats a run, WEFT_FUZZ_PACKETS (for each program, over all settings) makes it longer.
const seed = Number(process.env.WEFT_FUZZ_SEED ?? Date.now() % 2 ** 32);
const packets = Number(process.env.WEFT_FUZZ_PACKETS ?? 100_000);
const batch = 250;
const pathMtu = 1400;

const ports = [53, 80, 443, 8080, 40_000];
const policy = both({
  ingress: allows([256, 258], 17, ports),
  egress: allows([257, 258], 6, ports),
});
const track = both({});

/** Alice's policy in a round: what is let pass in one is revoked in the next, in each way. */
function turnOf(round: number): Partial<Container> {
  const soon = Number(process.hrtime.bigint() >> 30n) + 1;
  const revoke = (["cut", "keep", soon] as const)[Math.floor(round / 3) % 3] ?? "cut";
  const shut = both({ ingress: closed, egress: closed });
  return { policy: round % 3 < 2 ? policy : shut, policyRevision: round + 1, revoke: [revoke, revoke] };
}

interface Setting {
  readonly name: string;
  readonly tunnel: Tunnel;
  readonly underlay: 4 | 6;
  readonly changed: Partial<Container>;
}
const settings: readonly Setting[] = [
  { name: "VXLAN over IPv4, no policy", tunnel: "vxlan", underlay: 4, changed: {} },
  { name: "Geneve over IPv6, policies in maps", tunnel: "geneve", underlay: 6, changed: { policy } },
  {
    name: "GRE over IPv4, policies as branches",
    tunnel: "gre",
    underlay: 4,
    changed: { policy, specialised: true },
  },
  { name: "no tunnel, flows tracked", tunnel: "none", underlay: 6, changed: { policy: track } },
  { name: "VXLAN over IPv6, policies in maps", tunnel: "vxlan", underlay: 6, changed: { policy } },
];

/** What becomes of some of the packets, whatever the setting. */
const common = [
  "FORWARDED",
  "ANSWERED",
  "DROP_MALFORMED",
  "DROP_PROTOCOL",
  "DROP_SOURCE_MAC",
  "DROP_SOURCE_ADDRESS",
  "DROP_NO_PEER",
  "DROP_MULTICAST",
  "DROP_NEIGHBOUR",
];

type Shape = readonly [program: Program, fromStack: boolean];
/** As many of each program. */
const shapes: readonly Shape[] = [
  ["from_container", false],
  ["from_container", false],
  ["from_uplink", false],
  ["from_uplink", false],
  ["to_container", false],
  ["to_container", true],
];

/** Everything that was counted, by outcome. */
function counted(objects: readonly LoadedObject[]): number[] {
  const sums: number[] = [];
  for (const object of objects) {
    for (const [outcome, count] of Object.entries(countersOf(object))) {
      sums[Number(outcome)] = (sums[Number(outcome)] ?? 0) + count;
    }
  }
  return sums;
}

/** Drops that nobody can read of: their records were not written. */
function lost(objects: readonly LoadedObject[]): number {
  return objects.reduce((sum, object) => {
    const [budget = 0, ring = 0] = lossesOf(object);
    return sum + budget + ring;
  }, 0);
}

/** Every drop is on record as what it was counted as, or its record is counted as lost. */
async function checkRecords(records: Records, dropped: readonly number[], missing: number): Promise<void> {
  const told = (await records.taken()).filter(({ kind }) => kind === "DROP" || kind === "CUT");
  const all = dropped.reduce((sum, count) => sum + count, 0);
  assert.equal(told.length + missing, all, "drops, and records of drops");
  const names = Map.groupBy(told, ({ outcome }) => outcome);
  for (const [name, { length }] of names) {
    const count = dropped[outcomes[name] ?? -1] ?? 0;
    assert.ok(missing > 0 ? length <= count : length === count, `${name}: ${length} on record of ${count}`);
  }
}

/** Runs a program on random packets, checks each, and that all of them were counted once, as what they became: outcomes. */
async function fuzzBatch(
  mesh: TestMesh,
  edge: LoadedObject,
  records: Records,
  { tunnel }: Setting,
  shape: Shape,
  random: Random,
): Promise<number[]> {
  const [program, fromStack] = shape;
  const objects = [mesh.alice, mesh.bob, mesh.datapath.uplink, edge];
  const by = {
    from_container: mesh.alice,
    to_container: fromStack ? edge : mesh.bob,
    from_uplink: mesh.datapath.uplink,
  };
  const target = by[program].program(program);
  const before = counted(objects);
  const lostBefore = lost(objects);
  // A test run's super-packets have no kind, so that the kernel puts no header before them and takes none away.
  const gso = tunnel === "none" && program !== "from_uplink";
  const inputs = Array.from({ length: batch }, () => ({
    data: packetFor(program, random),
    skb: {
      cb: [random.pick([256, 258, 1, 0]), 0, 0, 0, random.pick([0, 0, 1])],
      ingressIfindex: random.pick([0, 5]),
      ...(gso && random.chance(0.1) ? { gsoSize: 1 + random.below(1500), gsoSegs: 2 } : {}),
    },
  }));
  // One after the other, so that a seed repeats it and no counter is written twice at once.
  const ran: TestRun[] = [];
  for (const input of inputs) ran.push(await target.testRun(input));
  const kinds = { passed: 0, dropped: 0, told: 0 };
  for (const [index, { retval, data: out }] of ran.entries()) {
    const { data = new Uint8Array(), skb } = inputs[index] ?? {};
    const gsoSize = skb?.gsoSize ?? 0;
    const run: Run = { program, fromStack, tunnel, pathMtu, gsoSize, data, action: retval | 0, out };
    try {
      const { kind } = check(run);
      if (kind !== undefined) kinds[kind] += 1;
    } catch (error) {
      if (!(error instanceof Misbehaviour)) throw error;
      const where = `${program}${fromStack ? " (from the stack)" : ""}, action ${run.action}`;
      throw new Error(`${where}: ${error.message}\n in  ${hex(data)}\n out ${hex(out)}`, { cause: error });
    }
  }
  const delta = counted(objects).map((count, outcome) => count - (before[outcome] ?? 0));
  const passed = (delta[0] ?? 0) + (delta[1] ?? 0);
  const dropped = delta.slice(2).reduce((sum, count) => sum + count, 0);
  assert.deepEqual([passed, dropped], [kinds.passed, kinds.dropped + kinds.told], `${program}: counters`);
  const drops = delta.map((count, outcome) => (outcome < 2 ? 0 : count));
  await checkRecords(records, drops, lost(objects) - lostBefore);
  assert.equal(delta[outcomes.DROP_INTERNAL ?? 0] ?? 0, 0, `${program}: a helper failed`);
  return delta;
}

for (const [index, setting] of settings.entries()) {
  test(`no packet makes a program misbehave: ${setting.name}`, kernelTest, async (t) => {
    t.diagnostic(`WEFT_FUZZ_SEED=${seed}`);
    const { tunnel, underlay, changed } = setting;
    const other = underlay === 4 ? 6 : 4;
    using mesh = await openMesh({
      tunnel,
      underlay: wires[underlay],
      otherUnderlay: wires[other],
      accepted: index % 2 === 0 ? [tunnel] : ["none", "vxlan", "geneve", "gre"],
    });
    await mesh.change("bob", changed);
    await mesh.change("alice", changed);
    // In a test run the device is the loopback: index 1 stands for the container's own.
    const { slot: _, ...edgeless } = bob;
    const edge = await mesh.datapath.load({ ...edgeless, slot: 99, ...changed, ifindex: 1 });
    const random = randomOf(seed + index);
    await using records = await openRecords(mesh.datapath);
    const sums: number[] = [];
    const rounds = Math.ceil(packets / settings.length / (shapes.length / 3) / batch);
    for (let round = 0; round < rounds; round += 1) {
      if (changed.policy === policy) await mesh.change("alice", { ...changed, ...turnOf(round) });
      for (const shape of shapes) {
        const delta = await fuzzBatch(mesh, edge, records, setting, shape, random);
        for (const [outcome, count] of delta.entries()) sums[outcome] = (sums[outcome] ?? 0) + (count ?? 0);
      }
    }
    t.diagnostic(sums.map((count, outcome) => `${outcomeName(outcome)} ${count}`).join(", "));
    for (const outcome of common)
      assert.ok((sums[outcomes[outcome] ?? 0] ?? 0) > 0, `no packet was ${outcome}`);
  });
}
