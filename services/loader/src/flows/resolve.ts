// Groups of records into flows: numbers into names.
import {
  type AbiRecord,
  decodeRecord,
  direction as directionNumbers,
  flowState,
  recordKind,
} from "@weft/datapath";
import type { FlowEnd, FlowRule, FlowState, FlowVerdict, NewFlow } from "@weft/log";
import { type Endpoint, type Mesh, outcomes, steps } from "@weft/model";
import { addressFromMapped, type Labels } from "@weft/netaddr";
import { namespaceLabel, type RuleRef, reservedIdentities } from "@weft/policy";
import { addressKey, type Directory } from "./directory.ts";
import type { Group } from "./group.ts";
import type { RuleBook } from "./rule-book.ts";

/** What names come from. */
export interface Names {
  readonly host: string;
  readonly mesh: Mesh;
  readonly directory: Directory;
  readonly rules: RuleBook;
}

const verdicts: Readonly<Record<number, FlowVerdict>> = {
  [recordKind.drop]: "DROPPED",
  [recordKind.cut]: "CUT",
  [recordKind.flow]: "FORWARDED",
  [recordKind.kept]: "KEPT",
};

const states: Readonly<Record<number, FlowState>> = {
  [flowState.new]: "new",
  [flowState.established]: "established",
  [flowState.reply]: "reply",
  [flowState.related]: "related",
};

const directions: Readonly<Record<number, "ingress" | "egress">> = {
  [directionNumbers.ingress]: "ingress",
  [directionNumbers.egress]: "egress",
};

/** Outcomes of packets that claim to come from where they do not: the container in the slot has sent them. */
const claims: ReadonlySet<string> = new Set(["drop_source_mac", "drop_source_address", "drop_neighbour"]);

/** A flow with everything that is known of it; `startMs` is when the kernel's clock was 0. */
export function resolveFlow(names: Names, group: Group, startMs: number): NewFlow {
  const record = decodeRecord(group.record);
  const { protocol, icmp, rule, revision } = record;
  const isIcmp = protocol === 1 || protocol === 58;
  const reason = outcomes[record.outcome]?.name ?? `outcome_${record.outcome}`;
  const direction = directions[record.direction];
  const judge = record.slot === 0 ? undefined : names.directory.inSlot(record.slot);
  const sender = claims.has(reason) ? judge : undefined;
  return {
    verdict: verdicts[record.kind] ?? "DROPPED",
    reason,
    detail: steps.find(({ number }) => number === record.step)?.name ?? "",
    direction,
    source: endOf(names, record.source, record.sourceIdentity, sender),
    destination: endOf(names, record.destination, record.destinationIdentity, undefined),
    sourcePort: group.sourcePort,
    destinationPort: isIcmp ? 0 : record.destinationPort,
    protocol,
    icmp: isIcmp ? { type: icmp >> 8, code: icmp & 255 } : undefined,
    tcpFlags: group.tcpFlags,
    state: states[record.state],
    revision,
    ruleNumber: rule,
    rule: judge === undefined ? undefined : ruleOf(names, judge, record, direction),
    count: group.count,
    bytes: group.bytes,
    firstMs: startMs + group.firstNs / 1e6,
    lastMs: startMs + group.lastNs / 1e6,
  };
}

function ruleOf(
  { rules }: Names,
  judge: Endpoint,
  { rule, revision }: AbiRecord,
  direction: "ingress" | "egress" | undefined,
): FlowRule | undefined {
  if (rule === 0 || direction === undefined) return undefined;
  const found = rules.find(judge.id, revision, direction, rule);
  return found === undefined ? undefined : flowRule(found);
}

function flowRule({ name = "", ...ref }: RuleRef): FlowRule {
  return { ...ref, name };
}

function endOf(names: Names, bytes: Uint8Array, identity: number, sender: Endpoint | undefined): FlowEnd {
  const { directory, mesh, host } = names;
  const address = addressFromMapped(bytes);
  const key = addressKey(bytes);
  const container = sender ?? holderOf(directory.container(key), identity);
  if (container !== undefined) {
    const known = identity || container.identity;
    const { namespace, name, id } = container;
    const labels = labelsOf(mesh, known) ?? container.labels;
    return { address, identity: known, namespace, name, labels, endpoint: id, host: container.host };
  }
  const own = identity === reservedIdentities.host ? host : "";
  const labels = labelsOf(mesh, identity) ?? {};
  return {
    address,
    identity,
    namespace: "",
    name: "",
    labels,
    endpoint: "",
    host: directory.host(key) ?? own,
  };
}

/** The container of an address, unless the kernel knew the other end as somebody else. */
function holderOf(container: Endpoint | undefined, identity: number): Endpoint | undefined {
  if (container === undefined || identity === 0) return container;
  return container.history.some((step) => step.identity === identity) ? container : undefined;
}

/** Labels of an identity without the one that says the namespace; undefined when it has left the mesh. */
function labelsOf({ identities }: Mesh, identity: number): Labels | undefined {
  const known = identities.get(identity);
  if (known === undefined) return undefined;
  const { [namespaceLabel]: _, ...labels } = known.labels;
  return labels;
}
