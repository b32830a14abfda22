// The programs alone, without device and stack: BPF_PROG_TEST_RUN, nanoseconds a packet, net of an empty program.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as testing from "@weft/datapath/testing";
import type { Program } from "@weft/ebpf";
import { cost, emptyProgram, inRow } from "./test-run.ts";

const { allows, between, both, buildSource, carol, gatewayMac, openMesh, operationsOf, packet } = testing;

/** A delivered frame comes from the gateway; from containers that have its MAC it can be run again as it is. */
const [alice, bob] = [testing.alice, testing.bob].map((one) => ({ ...one, mac: gatewayMac })) as [
  typeof testing.alice,
  typeof testing.bob,
];

const port = 80;
const { syn, ack } = packet.flags;
const firstInRow = 5000;

/** One row: what a packet does, and what it costs; look-ups (its counter's too) and changes of maps by all its programs. */
type DatapathRow = {
  readonly packet: string;
  readonly "ns net": number;
  readonly "look-ups": number;
  readonly changes: string;
};

const forth = (source: number, bits: number) => between(alice, bob, 6, packet.tcp(source, port, bits));
const back = (bits: number) => between(bob, alice, 6, packet.tcp(port, 40_000, bits));
const away = (bits: number) => between(alice, carol, 6, packet.tcp(40_000, port, bits));

/** Alice and Bob with policies in both directions, and a connection of Alice's to Bob and one to Carol. */
async function openTalking(counted: boolean): Promise<testing.TestMesh> {
  const peers = [alice.identity, bob.identity, carol.identity];
  const open = both({ ingress: allows(peers, 6, [port]), egress: allows(peers, 6, [port]) });
  const mesh = await openMesh({ alice: open, bob: open, counted });
  for (const who of ["alice", "bob"] as const) await mesh.change(who, { mac: gatewayMac });
  const answer = between(carol, alice, 6, packet.tcp(port, 40_000, syn | ack));
  await mesh.send(forth(40_000, syn));
  await mesh.reply(back(syn | ack));
  await mesh.send(away(syn));
  await mesh.run(mesh.alice.program("to_container"), answer, { cb: [carol.identity] });
  for (const data of [forth(40_000, ack), away(ack)]) await mesh.send(data);
  return mesh;
}

/** Look-ups and changes of one packet. */
async function operationsOfOne(mesh: testing.TestMesh, send: () => Promise<unknown>) {
  const before = operationsOf([mesh.alice, mesh.bob]);
  await send();
  const after = operationsOf([mesh.alice, mesh.bob]);
  const changes = after.updates + after.deletes - before.updates - before.deletes;
  return { "look-ups": after.lookups - before.lookups, changes: `${changes}` };
}

/** Established packets, first packets and packets into the tunnel, policies of both ends and tracking on. */
export async function measureDatapath(rounds: number): Promise<DatapathRow[]> {
  using mesh = await openTalking(false);
  using counted = await openTalking(true);
  using nothing = await emptyProgram();
  const [fromAlice, fromBob] = [mesh.alice, mesh.bob].map((one) => one.program("from_container")) as [
    Program,
    Program,
  ];
  const containers = mesh.datapath.map("containers");
  containers.update(new Uint8Array(Uint32Array.of(50).buffer), fromAlice);
  const spec = await buildSource(
    "first",
    readFileSync(join(import.meta.dirname, "..", "native", "first.bpf.c"), "utf8"),
  );
  using opener = await spec.load({ reuse: { containers } });
  const row = async (
    name: string,
    program: Program,
    data: Uint8Array,
    repeat: number,
    from: "send" | "reply",
  ) => {
    const [with_, without] = [
      await cost(program, () => data, rounds, repeat),
      await cost(nothing.program, () => data, rounds, repeat),
    ];
    return {
      packet: name,
      "ns net": with_ - without,
      ...(await operationsOfOne(counted, () => counted[from](data))),
    };
  };
  const first = opener.program("first");
  return [
    await row("established, same host, both programs", fromAlice, forth(40_000, ack), inRow, "send"),
    await row("its answer", fromBob, back(ack), inRow, "reply"),
    await row("first of a flow, same host, both programs", first, forth(1, syn), firstInRow, "send"),
    await row("to another host, VXLAN header written (cold)", fromAlice, away(ack), 1, "send"),
  ];
}
