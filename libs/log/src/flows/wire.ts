import { addressFromBytes, addressToBytes, formatAddress, WeftError } from "@weft/netaddr";
import { weft } from "@weft/proto";
import {
  type Flow,
  type FlowEnd,
  type FlowLoss,
  type FlowRule,
  type FlowState,
  flowVerdicts,
  type NewFlow,
  noLoss,
  sizeOfLoss,
} from "./flow.ts";

/** Flows and losses of one host: what one message holds. */
export interface FlowBatch<F extends NewFlow = NewFlow> {
  readonly flows: readonly F[];
  readonly lost: FlowLoss;
}

const states: readonly FlowState[] = ["new", "established", "reply", "related"];
const directions = ["ingress", "egress"] as const;
/** The last time that a `Date` can be. */
const latestMs = 8.64e15;

/** Things that are written once and named by their place. */
class Table<Item, Message> {
  readonly messages: Message[] = [];
  readonly #places = new Map<string, number>();
  readonly #keyOf: (item: Item) => string;
  readonly #make: (item: Item) => Message;

  constructor(keyOf: (item: Item) => string, make: (item: Item) => Message) {
    this.#keyOf = keyOf;
    this.#make = make;
  }

  place(item: Item): number {
    const key = this.#keyOf(item);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.messages.length);
    return this.messages.push(this.#make(item)) - 1;
  }
}

/** The bytes of a batch. */
export function encodeFlows(host: string, { flows, lost }: FlowBatch): Uint8Array {
  const ends = new Table<FlowEnd, weft.v1.IFlowEnd>(
    ({ address, identity, endpoint }) => `${formatAddress(address)} ${identity} ${endpoint}`,
    ({ address, ...end }) => ({ ...end, address: addressToBytes(address) }),
  );
  const rules = new Table<FlowRule, weft.v1.IFlowRule>(
    ({ kind, tier, namespace, policy, direction, list, index, revision }) =>
      [kind, tier, namespace, policy, direction, list, index, revision].join(" "),
    (rule) => rule,
  );
  const messages = flows.map((flow) => message(flow, ends, rules));
  return weft.v1.FlowBatch.encode({
    host,
    ends: ends.messages,
    rules: rules.messages,
    flows: messages,
    ...(sizeOfLoss(lost) === 0 ? {} : { lost }),
  }).finish();
}

function message(
  flow: NewFlow,
  ends: Table<FlowEnd, unknown>,
  rules: Table<FlowRule, unknown>,
): weft.v1.IFlow {
  const { verdict, direction, state, icmp, rule, reason, lastMs, firstMs, ...same } = flow;
  return {
    ...same,
    verdict: flowVerdicts.indexOf(verdict) + 1,
    reason: reason === "forwarded" ? "" : reason,
    direction: direction === undefined ? 0 : directions.indexOf(direction) + 1,
    state: state === undefined ? 0 : states.indexOf(state) + 1,
    icmp: icmp === undefined ? 0 : (icmp.type << 8) | icmp.code,
    source: ends.place(flow.source),
    destination: ends.place(flow.destination),
    rule: rule === undefined ? 0 : rules.place(rule) + 1,
    firstMs: Math.round(firstMs),
    durationMs: Math.max(0, Math.round(lastMs - firstMs)),
  };
}

/** The flows of a message, named by its sequence; INVALID_ARGUMENT when it is no batch. */
export function decodeFlows(sequence: number, host: string, data: Uint8Array): FlowBatch<Flow> {
  try {
    const batch = weft.v1.FlowBatch.decode(data);
    const ends = batch.ends.map(endOf);
    const rules = batch.rules.map(ruleOf);
    const flows = batch.flows.map((flow, place): Flow => {
      const [source, destination] = [ends[flow.source ?? 0], ends[flow.destination ?? 0]];
      const verdict = flowVerdicts[(flow.verdict ?? 0) - 1];
      const same = flowOf(flow);
      if (source === undefined || destination === undefined || verdict === undefined) {
        throw new WeftError("INVALID_ARGUMENT", `flow ${sequence}.${place} has no ends or no verdict`);
      }
      if (same.lastMs > latestMs)
        throw new WeftError("INVALID_ARGUMENT", `flow ${sequence}.${place} has no time`);
      return {
        id: `${sequence}.${place}`,
        host,
        ...same,
        source,
        destination,
        verdict,
        rule: rules[(flow.rule ?? 0) - 1],
      };
    });
    return { flows, lost: lossOf(batch.lost) };
  } catch (cause) {
    throw new WeftError("INVALID_ARGUMENT", `message ${sequence} of ${host} is no batch of flows`, { cause });
  }
}

function flowOf(flow: weft.v1.IFlow): Omit<NewFlow, "source" | "destination" | "verdict" | "rule"> {
  const protocol = flow.protocol ?? 0;
  const icmp = flow.icmp ?? 0;
  const firstMs = flow.firstMs ?? 0;
  return {
    reason: flow.reason || "forwarded",
    detail: flow.detail ?? "",
    direction: directions[(flow.direction ?? 0) - 1],
    sourcePort: flow.sourcePort ?? 0,
    destinationPort: flow.destinationPort ?? 0,
    protocol,
    icmp: protocol === 1 || protocol === 58 ? { type: icmp >> 8, code: icmp & 255 } : undefined,
    tcpFlags: flow.tcpFlags ?? 0,
    state: states[(flow.state ?? 0) - 1],
    revision: flow.revision ?? 0,
    ruleNumber: flow.ruleNumber ?? 0,
    count: flow.count ?? 0,
    bytes: flow.bytes ?? 0,
    firstMs,
    lastMs: firstMs + (flow.durationMs ?? 0),
  };
}

function endOf(end: weft.v1.IFlowEnd): FlowEnd {
  const { identity, namespace, name, labels, endpoint, host } = end;
  return {
    address: addressFromBytes(Uint8Array.from(end.address ?? [])),
    identity: identity ?? 0,
    namespace: namespace ?? "",
    name: name ?? "",
    labels: { ...labels },
    endpoint: endpoint ?? "",
    host: host ?? "",
  };
}

function ruleOf(rule: weft.v1.IFlowRule): FlowRule {
  return {
    kind: rule.kind ?? "",
    tier: rule.tier ?? "",
    namespace: rule.namespace ?? "",
    policy: rule.policy ?? "",
    direction: rule.direction === "egress" ? "egress" : "ingress",
    list: rule.list ?? "",
    index: rule.index ?? 0,
    name: rule.name ?? "",
    revision: rule.revision ?? 0,
  };
}

function lossOf(lost: weft.v1.IFlowLoss | null | undefined): FlowLoss {
  if (lost === null || lost === undefined) return noLoss;
  return {
    suppressed: lost.suppressed ?? 0,
    ringFull: lost.ringFull ?? 0,
    overflow: lost.overflow ?? 0,
    unpublished: lost.unpublished ?? 0,
    drops: lost.drops ?? 0,
  };
}
