import type { Flow } from "@weft/log";
import { type Explanation, explain, type NamedPort, type PolicyView } from "@weft/policy";
import { type AskedFlow, askedOf, decidedOf } from "../flows/asked.ts";
import { type Parties, partiesIn, recordedName } from "../flows/parties.ts";

/** Recorded flows that are one to every policy. */
export interface Connection {
  readonly asked: AskedFlow;
  /** NAMESPACE/NAME, or the address. */
  readonly from: string;
  readonly to: string;
  /** Records. */
  readonly flows: number;
  readonly packets: number;
  readonly lastMs: number;
  /** Whether policy let pass what was recorded last. */
  readonly passed: boolean;
}

/** A connection that the candidate would turn around, and the candidate's verdict. */
export interface Turned {
  readonly connection: Connection;
  readonly after: Explanation;
}

/** What a candidate would do to recorded flows. Counts are of connections unless they say otherwise. */
interface Comparison {
  readonly newlyDropped: readonly Turned[];
  readonly newlyAllowed: readonly Turned[];
  readonly unchanged: number;
  /** Of those unchanged: what was recorded is not what the policies of now say, as they have changed since. */
  readonly outdated: number;
  /** Records that do not tell who or what it was. */
  readonly unknown: number;
  /** Records of packets that were dropped for other reasons than policy. */
  readonly other: number;
  /** Records that were read. */
  readonly flows: number;
}

/** The recorded flows, grouped; what policy has no part in is counted. */
export interface Recorded {
  readonly connections: readonly Connection[];
  readonly unknown: number;
  readonly other: number;
  readonly flows: number;
}

/** Groups recorded flows by what policies can tell apart: the ends, the protocol and the port. */
export async function groupFlows(flows: AsyncIterable<Flow>): Promise<Recorded> {
  const groups = new Map<string, Connection>();
  let [unknown, other, all] = [0, 0, 0];
  for await (const flow of flows) {
    all += 1;
    const passed = decidedOf(flow);
    if (passed === undefined) {
      other += 1;
      continue;
    }
    const asked = askedOf(flow);
    if (asked === undefined) {
      unknown += 1;
      continue;
    }
    const key = JSON.stringify([...[asked.from, asked.to].map(endKey), asked.protocol, asked.port]);
    groups.set(key, merge(groups.get(key), asked, flow, passed));
  }
  return { connections: [...groups.values()], unknown, other, flows: all };
}

function merge(before: Connection | undefined, asked: AskedFlow, flow: Flow, passed: boolean): Connection {
  const { flows = 0, packets = 0, lastMs = 0 } = before ?? {};
  return {
    asked,
    from: recordedName(asked.from),
    to: recordedName(asked.to),
    flows: flows + 1,
    packets: packets + flow.count,
    lastMs: Math.max(lastMs, flow.lastMs),
    // The sender lets pass what the receiver may drop in the same moment: a denial within a second is the verdict.
    passed: before !== undefined && !before.passed && flow.lastMs < lastMs + 1000 ? false : passed,
  };
}

function endKey({ endpoint, namespace, name, labels, address }: AskedFlow["from"]): unknown {
  const own = Object.entries(labels).sort();
  return [endpoint, namespace, name, own, address.family, String(address.value)];
}

/** Judges recorded flows by two views, each flow with its ends as they were when it was recorded. */
export function compare(
  { connections, unknown, other, flows }: Recorded,
  before: PolicyView,
  after: PolicyView,
  portsOf: (end: AskedFlow["from"]) => readonly NamedPort[],
): Comparison {
  const asked = connections.map((connection) => connection.asked);
  const [old, next] = [partiesIn(before, asked, portsOf), partiesIn(after, asked, portsOf)];
  const newlyDropped: Turned[] = [];
  const newlyAllowed: Turned[] = [];
  let [unchanged, outdated, strange] = [0, 0, 0];
  for (const connection of connections) {
    const [was, is] = [judged(connection, old), judged(connection, next)];
    if (was === undefined || is === undefined) strange += connection.flows;
    else if (was.allowed && !is.allowed) newlyDropped.push({ connection, after: is });
    else if (!was.allowed && is.allowed) newlyAllowed.push({ connection, after: is });
    else {
      unchanged += 1;
      if (was.allowed !== connection.passed) outdated += 1;
    }
  }
  return { newlyDropped, newlyAllowed, unchanged, outdated, unknown: unknown + strange, other, flows };
}

function judged({ asked }: Connection, parties: Parties): Explanation | undefined {
  const [from, to] = [parties.of(asked.from), parties.of(asked.to)];
  if (from === undefined || to === undefined) return undefined;
  const { protocol, port } = asked;
  return explain({ from, to, protocol, port }, parties.view);
}
