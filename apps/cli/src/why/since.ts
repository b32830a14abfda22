import { type Log, logRoot, type OnUnknown, type Recorded, subjects, subjectToken } from "@weft/log";
import { type Mesh, meshProjection, policyEndpointOf, policyView, take } from "@weft/model";
import type { Flow, Party } from "@weft/policy";
import { decide } from "@weft/policy";
import type { End } from "./end.ts";
import { type EventRef, eventRef } from "./evidence.ts";

/** What decides about a flow, and is not asked for at the moment alone. */
export interface Question {
  readonly from: End;
  readonly to: End;
  readonly flow: Flow;
  /** Of which verdict the event is wanted; unset: of the last one. */
  readonly allowed?: boolean;
}

/**
 * The event that gave a flow the verdict that it has at a revision, or the last one that gave it the verdict that is
 * asked for. Only what can decide about its two ends is read and folded: their own events, those of their namespaces and
 * policies, and those of the cluster.
 */
export async function verdictSince(
  log: Pick<Log, "read">,
  question: Question,
  at: number,
  onUnknown: OnUnknown,
  signal: AbortSignal,
): Promise<EventRef | undefined> {
  const events: Recorded[] = [];
  for (const subject of subjectsOf(question)) {
    for await (const event of log.read({ subject, to: at, onUnknown, signal })) events.push(event);
  }
  events.sort((a, b) => a.revision - b.revision);
  let [mesh, since, before] = [
    meshProjection.initial(),
    undefined as Recorded | undefined,
    undefined as unknown,
  ];
  for (const event of events) {
    mesh = take(mesh, event);
    const verdict = verdictOf(question, mesh);
    if (verdict !== before && (question.allowed ?? verdict) === verdict) since = event;
    before = verdict;
  }
  return since === undefined ? undefined : eventRef(since);
}

function subjectsOf({ from, to }: Question): Set<string> {
  const ends = [from, to].flatMap((end) => (end.kind === "container" ? [end.endpoint] : []));
  const own = ends.flatMap(({ host, id, namespace }) => [
    subjects.endpoint(host, id),
    subjects.namespace(namespace),
    `${logRoot}.policy.${subjectToken(namespace)}.>`,
  ]);
  // Policies of the cluster have no namespace; they may go by the labels of hosts, too.
  return new Set([...own, `${logRoot}.policy.-.>`, `${logRoot}.host.*`]);
}

/** Undefined: one of the ends is not there yet, or has no address of the family. */
function verdictOf({ from, to, flow }: Question, mesh: Mesh): boolean | undefined {
  const [sender, receiver] = [partyIn(from, flow.from, mesh), partyIn(to, flow.to, mesh)];
  if (sender === undefined || receiver === undefined) return undefined;
  try {
    return decide({ ...flow, from: sender, to: receiver }, policyView(mesh)).allowed;
  } catch {
    // Then one end had no address of the family, or a policy a text that this version cannot read: no verdict.
    return undefined;
  }
}

function partyIn(end: End, party: Party, mesh: Mesh): Party | undefined {
  if (end.kind !== "container") return party;
  const endpoint = mesh.endpoints.get(end.endpoint.host)?.get(end.endpoint.id);
  return endpoint && policyEndpointOf(endpoint);
}
