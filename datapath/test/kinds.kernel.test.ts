import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoadedObject } from "@weft/ebpf";
import { parseAddress } from "@weft/netaddr";
import {
  decideSide,
  evaluate,
  type PolicyTables,
  type PolicyView,
  protocolNumbers,
  rulesFor,
  tables,
} from "@weft/policy";
import { anyFullWorld, oracleSide, viewOf } from "@weft/policy/testing";
import fc from "fast-check";
import { type Container, countersOf, type Datapath } from "./datapath.ts";
import { kernelTest } from "./frames.ts";
import { actions } from "./mesh.ts";
import { outcomeName } from "./outcome.ts";
import { anyProbe, type Exchange, exchangeOf, frameOf, openWorldDatapath, settle } from "./world-packets.ts";

// WEFT_POLICY_SEED repeats a run, WEFT_POLICY_RUNS makes it longer.
const seed = Number(process.env.WEFT_POLICY_SEED ?? Date.now() % 2 ** 31);
const runs = Number(process.env.WEFT_POLICY_RUNS ?? 25);

/** Which exchanges the programs of one tier let pass. */
async function judge(
  datapath: Datapath,
  container: Container,
  policy: PolicyTables,
  specialised: boolean,
  exchanges: readonly Exchange[],
): Promise<boolean[]> {
  const inner = await datapath.load({ ...container, policy, specialised });
  // In a test run the device is the loopback: as the container's own, it has what the host's stack sends.
  const edge = await datapath.load({ ...container, slot: 99, policy, specialised, ifindex: 1 });
  const passed: boolean[] = [];
  for (const [number, exchange] of exchanges.entries()) {
    const { retval } = await run(exchange, frameOf(exchange, number), inner, edge);
    passed.push((retval | 0) !== actions.drop);
  }
  const outcomes = [inner, edge].flatMap((loaded) => Object.keys(countersOf(loaded)).map(Number));
  const expected = ["FORWARDED", "DROP_POLICY_EGRESS", "DROP_POLICY_INGRESS"];
  for (const name of outcomes.map(outcomeName)) assert.ok(expected.includes(name), `a packet was ${name}`);
  for (const name of ["openings", "flows"] as const) {
    for (const [key] of [...datapath.map(name).entries()]) datapath.map(name).delete(key);
  }
  return passed;
}

function run(
  { direction, other, identity }: Exchange,
  data: Uint8Array,
  inner: LoadedObject,
  edge: LoadedObject,
) {
  if (direction === "egress") return inner.program("from_container").testRun({ data });
  // From another container, whose host says who it is; or by way of the stack, and the program finds out.
  if (other.namespace !== undefined)
    return inner.program("to_container").testRun({ data, skb: { cb: [identity] } });
  const ingressIfindex = other.entity === "host" ? 0 : 5;
  return edge.program("to_container").testRun({ data, skb: { ingressIfindex } });
}

test(
  "law: for policies of every kind the kernel, in both tiers, does what the texts say, and so does the library",
  kernelTest,
  async (t) => {
    t.diagnostic(`WEFT_POLICY_SEED=${seed}`);
    using datapath = await openWorldDatapath();
    const counts = { allowed: 0, denied: 0 };
    const probes = fc.array(anyProbe, { minLength: 80, maxLength: 80 });
    const law = fc.asyncProperty(governedWorld, probes, async (world, all) => {
      const view = viewOf(world);
      const at = mostGoverned(view);
      const [endpoint] = view.endpoints.slice(at);
      if (endpoint === undefined) return;
      const exchanges = all.flatMap((probe) => exchangeOf(world, view, at, probe) ?? []);
      const wanted = exchanges.map(({ direction, self, other, packet }) => {
        const ends = direction === "egress" ? ([self, other] as const) : ([other, self] as const);
        return oracleSide(world, direction, ...ends, packet);
      });
      for (const passed of wanted) counts[passed ? "allowed" : "denied"] += 1;
      const rules = rulesFor(endpoint, view);
      const compiled = tables(rules);
      const asked = exchanges.map(({ direction, other, identity, packet: { protocol, port } }) => {
        const address = parseAddress(other.address);
        return { direction, packet: { identity, address, protocol: protocolNumbers[protocol], port } };
      });
      const decided = asked.map(({ direction, packet }) => decideSide(rules, direction, packet).allowed);
      assert.deepEqual(decided, wanted, "rules");
      const looked = asked.map(({ direction, packet }) => evaluate(compiled, direction, packet).allow);
      assert.deepEqual(looked, wanted, "tables");
      const container = settle(datapath, view, at);
      assert.deepEqual(await judge(datapath, container, compiled, false, exchanges), wanted, "maps");
      assert.deepEqual(await judge(datapath, container, compiled, true, exchanges), wanted, "branches");
    });
    await fc.assert(law, { numRuns: runs, seed, endOnFailure: true });
    t.diagnostic(JSON.stringify(counts));
    assert.ok(counts.allowed > 0 && counts.denied > 0, "both verdicts were met");
  },
);

/** The pod about which policies say most. */
function mostGoverned(view: PolicyView): number {
  const sizes = view.endpoints.map((endpoint) => {
    const { ingress, egress } = rulesFor(endpoint, view);
    return ingress.rules.length + egress.rules.length + (ingress.enforced && egress.enforced ? 10 : 0);
  });
  return sizes.indexOf(Math.max(...sizes));
}

const governedWorld = anyFullWorld.filter((world) => {
  const view = viewOf(world);
  return view.endpoints.some((one) => rulesFor(one, view).ingress.enforced);
});
