import { type Diagnostic, diagnosticAt } from "@weft/manifest";
import {
  eachEndpoint,
  followChanges,
  type Journal,
  type Mesh,
  type Policy,
  policyEndpointOf,
  policyHostOf,
  policyInForce,
  policyKey,
  policyOf,
} from "@weft/model";
import { labelKey } from "@weft/netaddr";
import {
  type Policy as AnyPolicy,
  LiveView,
  type PolicyEndpoint,
  type PolicyView,
  policiesOf,
  rulesFor,
  type StampedPolicy,
  tables,
} from "@weft/policy";
import type { Intent } from "./intents.ts";

/** One question, about one kind of container. */
interface SizeQuestion {
  /** Throws RESOURCE_EXHAUSTED when its policies are too large together. */
  ask(): void;
  /** The finding about the document that made it so. */
  locate(message: string, expected: string): Diagnostic;
}

type PolicyIntent = Extract<Intent, { kind: "Policy" }>;

/**
 * What must be asked before the intents may be put on record: each policy alone, as it may come to govern containers that
 * are not there yet, and all policies together for every kind of container that the intents touch. Containers are of a
 * kind when no policy can tell them apart but as peers.
 */
export function* sizeQuestions(mesh: Mesh, intents: readonly Intent[]): Generator<SizeQuestion> {
  const view = viewWith(mesh, intents);
  const policies = intents.filter((intent) => intent.kind === "Policy");
  const namespaced = intents.find((intent) => intent.kind === "Namespace");
  yield* alone(policies, view, namespaced === undefined ? worldOf(mesh) : {});
  const causeOf = causes(policies, view);
  let views: readonly PolicyView[] | undefined;
  const asked = new Set<string>();
  for (const endpoint of view.endpoints) {
    const { namespace, labels, ports } = endpoint;
    const kind = JSON.stringify([namespace, labelKey(labels), ports]);
    if (asked.has(kind)) continue;
    asked.add(kind);
    // Labels of a namespace are what the peers of any policy may be selected by.
    const cause = causeOf(endpoint) ?? namespaced;
    if (cause === undefined) continue;
    views ??= viewsToAsk(view);
    for (const one of views) {
      yield {
        ask: () => void tables(rulesFor(endpoint, one)),
        locate: (message, expected) => diagnosticAt(cause.resource, placeOf(cause), message, expected),
      };
    }
  }
}

/** The first intent that governs a container, found without a look at all the others. */
function causes(
  intents: readonly PolicyIntent[],
  { namespaces }: PolicyView,
): (endpoint: PolicyEndpoint) => PolicyIntent | undefined {
  const places = new Map(intents.map(({ policy }, index) => [policy, index]));
  const policies = intents.map(({ policy }) => ({ policy, revision: 0 }));
  const only: PolicyView = { endpoints: [], namespaces, policies };
  return (endpoint) => {
    const { namespaced, cluster } = policiesOf(endpoint, only);
    const found = [...namespaced, ...cluster].map(({ policy }) => places.get(policy) ?? intents.length);
    return intents[Math.min(...found)];
  };
}

/** What the tier Baseline holds comes into force when a NetworkPolicy goes, which cannot be refused: it must fit then. */
function viewsToAsk(view: PolicyView): PolicyView[] {
  const cluster = view.policies.filter(({ policy }) => policy.kind === "ClusterNetworkPolicy");
  const mixed = cluster.length > 0 && cluster.length < view.policies.length;
  return mixed ? [view, { ...view, policies: cluster }] : [view];
}

const worlds = new WeakMap<Mesh, { readonly journal: Journal; world: object }>();

/** Stands for all of a mesh but its policies: another object once anything of that is another. */
function worldOf(mesh: Mesh): object {
  const known = worlds.get(mesh) ?? { journal: followChanges(mesh), world: {} };
  worlds.set(mesh, known);
  if (known.journal.take()?.every(({ kind }) => kind === "policy") !== true) known.world = {};
  return known.world;
}

/** In which world a policy was found to fit alone: who checks many, and then puts them on record, asks twice. */
const fitting = new WeakMap<AnyPolicy, object>();

/** Each policy as the only one, on one index of everything else. */
function* alone(all: readonly PolicyIntent[], view: PolicyView, world: object): Generator<SizeQuestion> {
  const intents = all.filter(({ policy }) => fitting.get(policy) !== world);
  if (intents.length === 0) return;
  const live = new LiveView();
  for (const [identity, labels] of view.identities ?? []) live.identity(identity, labels);
  for (const [name, labels] of view.namespaces) live.namespace(name, labels);
  for (const endpoint of view.endpoints) live.endpoint(undefined, endpoint);
  for (const host of view.hosts ?? []) live.host(undefined, host);
  for (const intent of intents) {
    yield {
      ask() {
        askAlone(intent, live);
        fitting.set(intent.policy, world);
      },
      locate: (message, expected) => diagnosticAt(intent.resource, placeOf(intent), message, expected),
    };
  }
}

function askAlone({ policy }: PolicyIntent, live: LiveView): void {
  const { namespace, name } = policy;
  const whoever: PolicyEndpoint = {
    id: `that ${namespace === "" ? name : `${namespace}/${name}`} selects`,
    namespace,
    labels: {},
    identity: 0,
    addresses: [],
    ports: [],
  };
  const only = { policy: ofEverybody(policy), revision: 0 };
  live.policy(undefined, only);
  try {
    tables(rulesFor(whoever, live.view));
  } finally {
    live.endpoint(whoever, undefined);
    live.policy(only, undefined);
  }
}

function ofEverybody(policy: AnyPolicy): AnyPolicy {
  if (policy.kind !== "ClusterNetworkPolicy") return { ...policy, podSelector: [] };
  return { ...policy, subject: { kind: "pods", namespaceSelector: [], podSelector: [] } };
}

function placeOf({ kind }: Intent): string[] {
  return kind === "Namespace" ? ["metadata", "labels"] : ["spec"];
}

/** The mesh as it would be. */
function viewWith(mesh: Mesh, intents: readonly Intent[]): PolicyView {
  const namespaces = new Map([...mesh.namespaces.values()].map(({ name, labels }) => [name, labels]));
  const identities = new Map([...mesh.identities.values()].map(({ identity, labels }) => [identity, labels]));
  for (const intent of intents)
    if (intent.kind === "Namespace") namespaces.set(intent.resource.name, intent.labels);
  let policies: StampedPolicy[] | undefined;
  return {
    endpoints: [...eachEndpoint(mesh)].map(policyEndpointOf),
    hosts: [...mesh.hosts.values()].map(policyHostOf),
    namespaces,
    // Thousands may be on record, and mostly the intents govern no container that is there: then nobody asks for them.
    get policies() {
      policies ??= policiesWith(mesh, intents);
      return policies;
    },
    identities,
  };
}

function policiesWith(mesh: Mesh, intents: readonly Intent[]): StampedPolicy[] {
  const intended = intents.flatMap((intent) => (intent.kind === "Policy" ? [intent.policy] : []));
  const replaced = new Set(intended.map(policyKey));
  const staying = [...mesh.policies].flatMap(([key, policy]) => (replaced.has(key) ? [] : stamped(policy)));
  return [...staying, ...intended.map((policy) => ({ policy, revision: mesh.revision + 1 }))];
}

/** What is in force of a policy: none for a text that only another version can read. */
function stamped(policy: Policy): StampedPolicy[] {
  const inForce = policyInForce(policy);
  return inForce === undefined ? [] : [{ policy: policyOf(inForce), revision: inForce.revision }];
}
