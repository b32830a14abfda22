import type { Path } from "@weft/manifest";
import { type Mesh, policyKey, policySource } from "@weft/model";
import { formatAddress } from "@weft/netaddr";
import {
  type Change,
  explain,
  type Flow,
  type FlowNames,
  flip,
  type Miss,
  type NearRule,
  type PolicyView,
  type RuleRef,
  rulePath,
  type SideExplanation,
} from "@weft/policy";
import { type PortView, portView } from "../render/rule.ts";

/** One end of a flow as commands print it. */
export interface EndView {
  /** NAMESPACE/NAME, or the address. */
  readonly name: string;
  readonly address: string;
  /** Of the container, or of the host whose address it is; "": of none. */
  readonly host: string;
  readonly identity: number;
  /** Empty for whoever is no container. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A rule, and where it was written. */
export interface RuleView extends RuleRef {
  /** "spec.ingress[1]" */
  readonly field: string;
  readonly file: string;
  readonly line: number;
  /** The line itself. */
  readonly text: string;
}

/** A field that kept a rule from applying, and where it was written. */
interface MissView extends Pick<Miss, "kind" | "message"> {
  readonly field: string;
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** The verdict of one end. */
export interface SideView {
  readonly verdict: "allowed" | "denied";
  readonly ground: SideExplanation["ground"];
  readonly policies: readonly (SideExplanation["policies"][number] & {
    readonly file: string;
    readonly line: number;
  })[];
  /** The rule that decided; null: none did. */
  readonly rule: RuleView | null;
  /** The rules that applied before and passed it on to the next tier. */
  readonly passed: readonly RuleView[];
  /** Of a default denial, the rules that came nearest to allowing it, at most ten. */
  readonly nearest: readonly { readonly rule: RuleView; readonly misses: readonly MissView[] }[];
}

/** What policy says of a flow, and why. */
export interface Judgement extends PortView {
  readonly verdict: "allowed" | "denied";
  readonly from: EndView;
  readonly to: EndView;
  readonly protocol: string;
  readonly family: number;
  readonly egress: SideView;
  readonly ingress: SideView;
  /** What would turn the verdict around. */
  readonly change: Change;
}

const mostRules = 10;

/** A flow to be judged, and how its ends are called. */
export interface Case {
  readonly flow: Flow;
  readonly from: Omit<EndView, "address">;
  readonly to: Omit<EndView, "address">;
}

/** Judges a flow by a view of a mesh. */
export function judge({ flow, from, to }: Case, view: PolicyView, mesh: Mesh): Judgement {
  const explanation = explain(flow, view);
  const { addresses, allowed, egress, ingress } = explanation;
  return {
    verdict: allowed ? "allowed" : "denied",
    from: { ...from, address: formatAddress(addresses.from) },
    to: { ...to, address: formatAddress(addresses.to) },
    protocol: flow.protocol.toLowerCase(),
    ...portView(flow.protocol, flow.port),
    family: addresses.from.family,
    egress: sideView(egress, mesh),
    ingress: sideView(ingress, mesh),
    change: flip(explanation, view, shortNames(from.name, to.name)),
  };
}

/** Revisions of the events that judgements name. */
export function revisionsIn({ egress, ingress }: Judgement): number[] {
  return [egress, ingress].flatMap(({ policies }) => policies.map(({ revision }) => revision));
}

// Without the namespace where both ends are of one.
function shortNames(from: string, to: string): FlowNames {
  const [[space, own], [otherSpace, other]] = [from.split("/"), to.split("/")];
  if (own === undefined || other === undefined || space !== otherSpace) return { from, to };
  return { from: own, to: other };
}

function sideView(
  { allowed, ground, policies, rule, passed, nearest }: SideExplanation,
  mesh: Mesh,
): SideView {
  return {
    verdict: allowed ? "allowed" : "denied",
    ground,
    policies: policies.map((policy) => ({
      ...policy,
      ...placeOf(policy, ["spec"], mesh),
    })),
    rule: rule === undefined ? null : ruleView(rule, mesh),
    passed: passed.map((ref) => ruleView(ref, mesh)),
    nearest: nearest.slice(0, mostRules).map((near) => nearView(near, mesh)),
  };
}

function nearView({ ref, misses }: NearRule, mesh: Mesh): SideView["nearest"][number] {
  return {
    rule: ruleView(ref, mesh),
    misses: misses.map(({ kind, message, path, key }) => {
      return { kind, message, ...sourceOf({ ...ref, name: ref.policy }, path, mesh, key) };
    }),
  };
}

function ruleView(ref: RuleRef, mesh: Mesh): RuleView {
  return { ...ref, ...sourceOf({ ...ref, name: ref.policy }, rulePath(ref), mesh) };
}

type PolicyName = Parameters<typeof policyKey>[0];

function sourceOf(named: PolicyName, path: Path, mesh: Mesh, key?: string) {
  const policy = mesh.policies.get(policyKey(named));
  if (policy === undefined) throw new RangeError(`no policy ${policyKey(named)}`);
  const { field, file, line, text } = policySource(policy, path, key);
  return { field, file, line, text };
}

function placeOf(named: PolicyName, path: Path, mesh: Mesh) {
  const { file, line } = sourceOf(named, path, mesh);
  return { file, line };
}
