// The programs alone, without device and stack: BPF_PROG_TEST_RUN, nanoseconds a packet, net of an empty program.
import * as testing from "@weft/compiler/testing";
import type { Program } from "@weft/ebpf";
import { cost, emptyProgram, inRow } from "./test-run.ts";

const { allows, between, both, carol, gatewayMac, openMesh, packet } = testing;

/** A delivered frame comes from the gateway; from containers that have its MAC it can be run again as it is. */
const [alice, bob] = [testing.alice, testing.bob].map((one) => ({ ...one, mac: gatewayMac })) as [
  typeof testing.alice,
  typeof testing.bob,
];

const port = 80;
const { syn, ack } = packet.flags;

/** One row: what a packet does, and what it costs. */
export type DatapathRow = { readonly packet: string; readonly "ns net": number };

/** Established packets, first packets and packets into the tunnel, policies of both ends and tracking on. */
export async function measureDatapath(rounds: number): Promise<DatapathRow[]> {
  const peers = [alice.identity, bob.identity, carol.identity];
  const open = both({ ingress: allows(peers, 6, [port]), egress: allows(peers, 6, [port]) });
  using mesh = await openMesh({ alice: open, bob: open });
  for (const who of ["alice", "bob"] as const) await mesh.change(who, { mac: gatewayMac });
  using nothing = await emptyProgram();
  const [fromAlice, fromBob] = [mesh.alice, mesh.bob].map((one) => one.program("from_container")) as [
    Program,
    Program,
  ];
  const forth = between(alice, bob, 6, packet.tcp(40_000, port, ack));
  const back = between(bob, alice, 6, packet.tcp(port, 40_000, ack));
  await mesh.send(between(alice, bob, 6, packet.tcp(40_000, port, syn)));
  await mesh.reply(between(bob, alice, 6, packet.tcp(port, 40_000, syn | ack)));
  for (let handshake = 0; handshake < 2; handshake++) {
    await mesh.send(forth);
    await mesh.reply(back);
  }
  let source = 1024;
  const first = () => {
    source = source === 65_000 ? 1024 : source + 1;
    return between(alice, bob, 6, packet.tcp(source, port, syn));
  };
  const away = between(alice, carol, 6, packet.tcp(40_000, port, ack));
  await mesh.send(between(alice, carol, 6, packet.tcp(40_000, port, syn)));
  const row = async (name: string, program: Program, next: () => Uint8Array, repeat: number) => {
    const [with_, without] = [
      await cost(program, next, rounds, repeat),
      await cost(nothing.program, next, rounds, repeat),
    ];
    return { packet: name, "ns net": with_ - without };
  };
  return [
    await row("established, same host, both programs", fromAlice, () => forth, inRow),
    await row("its answer", fromBob, () => back, inRow),
    await row("first of a flow, same host, both programs (cold)", fromAlice, first, 1),
    await row("to another host, VXLAN header written (cold)", fromAlice, () => away, 1),
  ];
}
