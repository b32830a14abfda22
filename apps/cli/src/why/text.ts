import { fromSubjectToken, logRoot } from "@weft/log";
import type { Change } from "@weft/policy";
import { plain } from "../render/plain.ts";
import { portText } from "../render/rule.ts";
import type { Judgement, RuleView, SideView } from "./answer.ts";
import type { Answer, Nobody } from "./ask.ts";
import type { EventRef } from "./evidence.ts";
import type { Holder } from "./holders.ts";
import type { Dropped, FlowAnswer, JudgedFlow, RecordedView } from "./recorded.ts";

/** How many of the nearest rules people are shown. */
const shownRules = 3;

/** An answer for people. */
export function answerText(answer: Answer | FlowAnswer): string {
  const blocks = blocksOf(answer).filter((lines) => lines.length > 0);
  return plain(blocks.map((lines) => lines.join("\n")).join("\n\n"));
}

function blocksOf(answer: Answer | FlowAnswer): string[][] {
  if (answer.kind === "nobody") return [nobodyText(answer, answer.revision)];
  if (answer.kind === "outcome") return outcomeText(answer);
  const { revision, since, events, change } = answer;
  return [
    answer.kind === "recorded" ? recordedText(answer) : [],
    [`at revision ${revision} ${headline(answer)}`],
    sideText("egress", answer),
    sideText("ingress", answer),
    [...(since === null ? [] : [`${answer.verdict} since ${eventText(since)}`]), ...events.map(eventText)],
    changeText(change),
  ];
}

function flowLine({ id, host, time, verdict, reason, direction, revision }: RecordedView): string {
  const judged = direction === null ? "" : `, ${direction} judged at revision ${revision}`;
  return `flow ${id}: ${verdict} (${reason}) on ${host} at ${time}${judged}`;
}

function recordedText({ flow, agrees, difference }: JudgedFlow): string[] {
  return [
    flowLine(flow),
    agrees ? "the policies of that revision say the same" : `THEY DISAGREE: ${difference}`,
  ];
}

function outcomeText({ flow, from, to, holders, events }: Dropped): string[][] {
  const what =
    flow.verdict === "DROPPED" ? "no policy decided this" : "which of several flows it was is not recorded";
  return [
    [flowLine(flow), `${from.name} -> ${to.name}: ${flow.meaning}; ${what}`],
    holders.flatMap(holderText),
    events.map(eventText),
  ];
}

function changeText({ summary, apply }: Change): string[] {
  const head = `${apply.length === 0 ? "no change is suggested" : "suggested change"}: ${summary}`;
  return [head, ...apply.flatMap((text) => ["---", text.trimEnd()])];
}

function nobodyText({ reason, from, to, holders }: Nobody, revision: number): string[] {
  const lines =
    reason === "drop_no_peer"
      ? [
          `dropped (${reason}): ${from.name} -> ${to.name}: at revision ${revision} no container has ${to.address}`,
        ]
      : [
          `dropped (${reason}): at revision ${revision} no container has ${from.address}, so none may send from it`,
        ];
  if (holders.length === 0) return [...lines, "nobody ever had it"];
  return [...lines, ...holders.flatMap(holderText)];
}

function holderText({ name, endpoint, host, leased, detached, released }: Holder): string[] {
  return [
    `it was the address of ${name || "a container that never came up"} (${endpoint} on ${host})`,
    `  leased    ${eventText(leased)}`,
    ...(detached === null ? [] : [`  detached  ${eventText(detached)}`]),
    ...(released === null ? [] : [`  released  ${eventText(released)}`]),
  ];
}

/** The verdict in a line. */
function headline(judgement: Judgement): string {
  const { verdict, from, to, protocol, family } = judgement;
  return `${verdict}: ${from.name} -> ${to.name} ${portText(protocol, judgement)} over IPv${family}`;
}

/** What one end says, and why. */
function sideText(direction: "egress" | "ingress", judgement: Judgement): string[] {
  const side = judgement[direction];
  const end = direction === "egress" ? judgement.from : judgement.to;
  const head = `${direction} of ${end.name}: ${groundText(side)}`;
  const policies = side.policies.map(
    ({ rules, revision, file, line, ...policy }) =>
      `  ${policyText(policy)} selects it with ${count(rules, `${direction} rule`)}, revision ${revision} (${file}:${line})`,
  );
  return [
    head,
    ...policies,
    ...side.passed.flatMap((rule) => ruleText("passed on by", rule)),
    ...(side.rule === null ? [] : ruleText("decided by", side.rule)),
    ...nearText(side),
  ];
}

function groundText({ ground, verdict, policies }: SideView): string {
  switch (ground) {
    case "outside":
      return "no container, nothing judges there";
    case "unselected":
      return "allowed, no policy is asked";
    case "open":
      return "allowed, no rule decides and no NetworkPolicy governs it";
    case "trusted":
      return "allowed, as its own host is let through before NetworkPolicies allow";
    case "rule":
      return `${verdict} by a rule`;
    case "default":
      return `denied, ${count(policies.length, "policy selects", "policies select")} it and no rule allows this`;
  }
}

/** A policy with its kind where it is not that of Kubernetes: "shop/cart", "Admin ClusterNetworkPolicy guard". */
function policyText({ kind, tier, namespace, name }: NamedPolicy): string {
  const path = namespace === "" ? name : `${namespace}/${name}`;
  if (kind === "ClusterNetworkPolicy") return `${tier} ${kind} ${path}`;
  return kind === "NetworkPolicy" ? path : `${path} (${kind})`;
}

type NamedPolicy = Pick<SideView["policies"][number], "kind" | "tier" | "namespace" | "name">;

function ruleName({ field, policy, name, ...rest }: RuleView): string {
  const called = name === undefined ? "" : ` (${name})`;
  return `${field}${called} of ${policyText({ ...rest, name: policy })}`;
}

function ruleText(what: string, rule: RuleView): string[] {
  return [`  ${what} ${ruleName(rule)}`, `    ${rule.file}:${rule.line}: ${rule.text}`];
}

function nearText({ nearest }: SideView): string[] {
  return nearest
    .slice(0, shownRules)
    .flatMap(({ rule, misses }) => [
      `  nearest rule: ${ruleName(rule)}, but for`,
      ...misses.map(({ field, file, line, message }) => `    ${file}:${line}: ${field}: ${message}`),
    ]);
}

/** An event in a line: what, when, by whom. */
function eventText({ revision, type, subject, time, actor, trace }: EventRef): string {
  const traced = trace === "" ? "" : `, trace ${trace}`;
  const what = subject.replace(`${logRoot}.`, "").split(".").map(fromSubjectToken).join(" ");
  return `revision ${revision}: ${type} on ${what} by ${actor} at ${time}${traced}`;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
