import type { Flow, FlowEnd, FlowRule } from "@weft/log";
import { type Mesh, outcomes, policyView } from "@weft/model";
import { formatAddress, WeftError } from "@weft/netaddr";
import { askedOf, decidedOf } from "../flows/asked.ts";
import { declaredPorts } from "../flows/declared.ts";
import { partiesIn, recordedName } from "../flows/parties.ts";
import { ruleText } from "../render/rule.ts";
import { type EndView, type Judgement, judge, type RuleView, revisionsIn } from "./answer.ts";
import type { History } from "./ask.ts";
import type { End } from "./end.ts";
import { type EventRef, eventsAt } from "./evidence.ts";
import { type Holder, holdersOf } from "./holders.ts";
import { verdictSince } from "./since.ts";

/** A recorded flow, as `weft why` prints it. */
export interface RecordedView {
  readonly id: string;
  readonly host: string;
  readonly time: string;
  readonly verdict: Flow["verdict"];
  /** Name of the outcome, and what it means. */
  readonly reason: string;
  readonly meaning: string;
  /** Whose policy was asked; null: none's. */
  readonly direction: "ingress" | "egress" | null;
  readonly rule: FlowRule | null;
  /** Policy revision of the container that judged; 0: it has none. */
  readonly revision: number;
}

/** Why a recorded flow became what it became. */
export type FlowAnswer =
  | ({ readonly kind: "recorded" } & JudgedFlow)
  /** No policy decided: it was about the packet itself, or about who it was for. */
  | ({ readonly kind: "outcome" } & Dropped);

/** A flow that a policy decided on, judged once more by the policies of then. */
export interface JudgedFlow extends Judgement {
  readonly revision: number;
  readonly flow: RecordedView;
  /** Whether the kernel did what policies say. */
  readonly agrees: boolean;
  /** In what it did not; "" when it did. */
  readonly difference: string;
  /** The event that gave the flow this verdict: of a flow that was cut, what took the permission back; null: it cannot be told. */
  readonly since: EventRef | null;
  readonly events: readonly EventRef[];
}

/** A flow that something else than a policy decided on. */
export interface Dropped {
  readonly revision: number;
  readonly flow: RecordedView;
  readonly from: EndView;
  readonly to: EndView;
  /** Who had the address that nobody has. */
  readonly holders: readonly Holder[];
  /** The last events of the containers at the ends. */
  readonly events: readonly EventRef[];
}

/** Revision by which a flow is judged: that of the policy that judged it, else the one in force at its time. */
export async function revisionFor(flow: Flow, revisionAt: (time: Date) => Promise<number>): Promise<number> {
  const judged = decidedOf(flow) !== undefined && flow.revision > 0;
  return judged ? flow.revision : await revisionAt(new Date(flow.lastMs));
}

/** Says why a flow became what was recorded of it, by the mesh of its revision and the events up to `until`, that of its time. */
export async function askFlow(flow: Flow, history: History, until: number): Promise<FlowAnswer> {
  const asked = decidedOf(flow) === undefined ? undefined : askedOf(flow);
  if (asked === undefined) return { kind: "outcome", ...(await droppedFlow(flow, history)) };
  const { mesh, revision, log, onUnknown, signal } = history;
  const portsOf = await declaredPorts([asked.from, asked.to], mesh, log, onUnknown, signal);
  const { view, of } = partiesIn(policyView(mesh), [asked], portsOf);
  const [from, to] = [of(asked.from), of(asked.to)];
  if (from === undefined || to === undefined) {
    const message = `flow ${flow.id} does not tell who ${from === undefined ? "sent" : "was to get"} it`;
    throw new WeftError("FAILED_PRECONDITION", message, { field: "--flow" });
  }
  const { protocol, port } = asked;
  const ends = { from: endOf(asked.from), to: endOf(asked.to) };
  const judgement = judge({ flow: { from, to, protocol, port }, ...ends }, view, mesh);
  const difference = differenceOf(flow, judgement);
  const events = await eventsAt(log, revisionsIn(judgement), onUnknown, signal);
  const [sender, receiver] = [endIn(asked.from, mesh), endIn(asked.to, mesh)];
  const question = {
    flow: { from, to, protocol, port },
    allowed: judgement.verdict === "allowed",
  };
  const since =
    sender &&
    receiver &&
    (await verdictSince(log, { ...question, from: sender, to: receiver }, until, onUnknown, signal));
  return {
    ...{ kind: "recorded", revision, flow: recordedView(flow), ...judgement },
    ...{ agrees: difference === "", difference, since: since ?? null, events },
  };
}

/** Undefined: a container that is not on record at the mesh's revision. */
function endIn({ host, endpoint: id, address }: FlowEnd, mesh: Mesh): End | undefined {
  if (id === "") return { kind: "outside", address, host };
  const endpoint = mesh.endpoints.get(host)?.get(id);
  return endpoint && { kind: "container", endpoint };
}

/** What the record says and the policies do not; "": they agree, as far as the record goes. */
function differenceOf({ direction, rule, ruleNumber, ...flow }: Flow, judgement: Judgement): string {
  if (direction === undefined) return "";
  const side = judgement[direction];
  const passed = decidedOf(flow);
  if (passed !== (side.verdict === "allowed"))
    return `the kernel ${passed ? "let it pass" : "denied it"} at ${direction}, and policies say ${side.verdict}`;
  // A rule whose number means nothing to anybody any more may have been any.
  if (rule === undefined && ruleNumber !== 0) return "";
  const own = side.rule ?? undefined;
  const same = rule === undefined || own === undefined ? rule === own : sameRule(rule, own);
  const text = (one: FlowRule | RuleView | undefined) => (one === undefined ? "no rule" : ruleText(one));
  return same ? "" : `the kernel went by ${text(rule)}, and policies by ${text(own)}`;
}

function sameRule(one: FlowRule, other: RuleView): boolean {
  const key = ({ kind, namespace, policy, list, index }: FlowRule | RuleView) =>
    [kind, namespace, policy, list, index].join();
  return key(one) === key(other);
}

async function droppedFlow(flow: Flow, history: History): Promise<Dropped> {
  const { mesh, revision, log, onUnknown, signal } = history;
  const { source, destination } = flow;
  const nobody = flow.reason === "drop_no_peer" ? destination.address : undefined;
  const holders =
    nobody === undefined ? [] : await holdersOf(log, nobody, mesh, { to: revision, onUnknown, signal });
  const revisions = [source, destination].flatMap((end) => endpointRevision(end, mesh));
  return {
    revision,
    flow: recordedView(flow),
    from: { ...endOf(source), address: formatAddress(source.address) },
    to: { ...endOf(destination), address: formatAddress(destination.address) },
    holders,
    events: await eventsAt(log, revisions, onUnknown, signal),
  };
}

function endpointRevision({ host, endpoint }: FlowEnd, mesh: Mesh): number[] {
  const found = mesh.endpoints.get(host)?.get(endpoint);
  return found === undefined ? [] : [found.revision];
}

function endOf(end: FlowEnd): Omit<EndView, "address"> {
  const { host, identity, labels } = end;
  return { name: recordedName(end), host, identity, labels };
}

function recordedView(flow: Flow): RecordedView {
  const { id, host, verdict, reason, direction, rule, revision, lastMs } = flow;
  const meaning = outcomes.find(({ name }) => name === reason)?.meaning ?? "";
  const time = new Date(lastMs).toISOString();
  return {
    id,
    host,
    time,
    verdict,
    reason,
    meaning,
    direction: direction ?? null,
    rule: rule ?? null,
    revision,
  };
}
