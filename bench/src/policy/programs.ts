// The programs alone with policies of many rules.
import * as testing from "@weft/datapath/testing";
import { cost, emptyProgram, inRow } from "../test-run.ts";
import { policyTables, ruleCounts } from "./rules.ts";

const { between, gatewayMac, openMesh, packet } = testing;
const { syn, ack } = packet.flags;
const port = 80;

/** Nanoseconds of both ends' programs, net of an empty program; the receiver has the policy. */
type PolicyProgramRow = {
  readonly rules: number;
  readonly "established ns": number;
  readonly "first packet ns": number;
};

/** Established packets and first packets of flows that the last rule lets pass. */
export async function measurePrograms(rounds: number): Promise<PolicyProgramRow[]> {
  const [alice, bob] = [testing.alice, testing.bob].map((one) => ({ ...one, mac: gatewayMac })) as [
    typeof testing.alice,
    typeof testing.bob,
  ];
  using nothing = await emptyProgram();
  const rows: PolicyProgramRow[] = [];
  for (const rules of ruleCounts) {
    using mesh = await openMesh({ bob: policyTables(rules, port, alice.identity) });
    for (const who of ["alice", "bob"] as const) await mesh.change(who, { mac: gatewayMac });
    const program = mesh.alice.program("from_container");
    await mesh.send(between(alice, bob, 6, packet.tcp(40_000, port, syn)));
    await mesh.reply(between(bob, alice, 6, packet.tcp(port, 40_000, syn | ack)));
    const forth = between(alice, bob, 6, packet.tcp(40_000, port, ack));
    const other = await mesh.send(between(alice, bob, 6, packet.tcp(40_000, port + 1, syn)));
    const verdicts = [(await mesh.send(forth)).outcome, other.outcome].join(" ");
    if (verdicts !== "FORWARDED DROP_POLICY_INGRESS") throw new Error(`with ${rules} rules: ${verdicts}`);
    let source = 1024;
    const first = () => {
      source = source === 65_000 ? 1024 : source + 1;
      return between(alice, bob, 6, packet.tcp(source, port, syn));
    };
    const net = async (next: () => Uint8Array, repeat: number) =>
      (await cost(program, next, rounds, repeat)) - (await cost(nothing.program, next, rounds, repeat));
    rows.push({
      rules,
      "established ns": await net(() => forth, inRow),
      "first packet ns": await net(first, 1),
    });
  }
  return rows;
}
