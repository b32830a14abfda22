import { type Diagnostic, diagnosticAt } from "@weft/manifest";
import { eachEndpoint, type Mesh, networkPolicyOf, type Policy, policyEndpointOf } from "@weft/model";
import { labelKey } from "@weft/netaddr";
import {
  type NetworkPolicy,
  type PolicyEndpoint,
  type PolicyView,
  rulesFor,
  type StampedPolicy,
  selects,
  tables,
} from "@weft/policy";
import type { Intent } from "./intents.ts";

/** One question, about one kind of container. */
export interface SizeQuestion {
  /** Throws RESOURCE_EXHAUSTED when its policies are too large together. */
  ask(): void;
  /** The finding about the document that made it so. */
  locate(message: string, expected: string): Diagnostic;
}

type PolicyIntent = Extract<Intent, { kind: "NetworkPolicy" }>;

/**
 * What must be asked before the intents may be put on record: each policy alone, as it may come to govern containers that
 * are not there yet, and all policies together for every kind of container that the intents touch. Containers are of a
 * kind when no policy can tell them apart but as peers.
 */
export function* sizeQuestions(mesh: Mesh, intents: readonly Intent[]): Generator<SizeQuestion> {
  const view = viewWith(mesh, intents);
  const policies = intents.filter((intent) => intent.kind === "NetworkPolicy");
  const namespaced = intents.find((intent) => intent.kind === "Namespace");
  for (const intent of policies) yield alone(intent, view);
  const asked = new Set<string>();
  for (const endpoint of view.endpoints) {
    const { namespace, labels, ports } = endpoint;
    const kind = JSON.stringify([namespace, labelKey(labels), ports]);
    if (asked.has(kind)) continue;
    asked.add(kind);
    // Labels of a namespace are what the peers of any policy may be selected by.
    const cause = policies.find(({ policy }) => governs(policy, endpoint)) ?? namespaced;
    if (cause === undefined) continue;
    yield {
      ask: () => void tables(rulesFor(endpoint, view)),
      locate: (message, expected) => diagnosticAt(cause.resource, placeOf(cause), message, expected),
    };
  }
}

function alone(intent: PolicyIntent, view: PolicyView): SizeQuestion {
  const { policy, resource } = intent;
  const whoever: PolicyEndpoint = {
    id: `that ${policy.namespace}/${policy.name} selects`,
    namespace: policy.namespace,
    labels: {},
    identity: 0,
    addresses: [],
    ports: [],
  };
  const only = { ...view, policies: [{ policy: { ...policy, podSelector: [] }, revision: 0 }] };
  return {
    ask: () => void tables(rulesFor(whoever, only)),
    locate: (message, expected) => diagnosticAt(resource, placeOf(intent), message, expected),
  };
}

function placeOf({ kind }: Intent): string[] {
  return kind === "Namespace" ? ["metadata", "labels"] : ["spec"];
}

function governs(policy: NetworkPolicy, { namespace, labels }: PolicyEndpoint): boolean {
  return policy.namespace === namespace && selects(policy.podSelector, labels);
}

/** The mesh as it would be. */
function viewWith(mesh: Mesh, intents: readonly Intent[]): PolicyView {
  const namespaces = new Map([...mesh.namespaces.values()].map(({ name, labels }) => [name, labels]));
  const identities = new Map([...mesh.identities.values()].map(({ identity, labels }) => [identity, labels]));
  const policies = new Map([...mesh.policies].map(([key, policy]) => [key, () => stamped(policy)]));
  for (const intent of intents) {
    const { namespace, name } = intent.resource;
    if (intent.kind === "Namespace") namespaces.set(name, intent.labels);
    else policies.set(`${namespace}/${name}`, () => [{ policy: intent.policy, revision: mesh.revision + 1 }]);
  }
  const endpoints = [...eachEndpoint(mesh)].map(policyEndpointOf);
  return { endpoints, namespaces, policies: [...policies.values()].flatMap((read) => read()), identities };
}

/** None for a text that only another version can read: it must be possible to put one in its place that this one can. */
function stamped(policy: Policy): StampedPolicy[] {
  try {
    return [{ policy: networkPolicyOf(policy), revision: policy.revision }];
  } catch {
    return [];
  }
}
