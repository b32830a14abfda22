// Policies of many rules: each names one peer, and the last one the client.

import { parseManifests } from "@weft/manifest";
import { parseAddress } from "@weft/netaddr";
import { type PolicyTables, type PolicyView, parsePolicy, rulesFor, tables } from "@weft/policy";

/** How many rules are measured. */
export const ruleCounts = [1, 100, 10_000];

/** Label `app` of the peer of rule n of a policy of so many. */
export function peerOf(n: number, rules: number): string {
  return n === rules - 1 ? "client" : `peer-${n}`;
}

/** Rules of one document, which may have 256 KiB. */
const documentRules = 2500;

/** NetworkPolicies of so many rules in all, for containers labelled `rules=<rules>`. */
export function policyTexts(rules: number, port: number): string[] {
  const lines = Array.from({ length: rules }, (_, n) => {
    return `  - {from: [{podSelector: {matchLabels: {app: ${peerOf(n, rules)}}}}], ports: [{port: ${port}}]}`;
  });
  return Array.from({ length: Math.ceil(rules / documentRules) }, (_, n) => {
    const own = lines.slice(n * documentRules, (n + 1) * documentRules);
    return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: rules-${rules}-${n}, namespace: bench}
spec:
  podSelector: {matchLabels: {rules: "${rules}"}}
  policyTypes: [Ingress]
  ingress:
${own.join("\n")}
`;
  });
}

/** The tables of such policies where the client has this identity, as the compiler and the loaders make them. */
export function policyTables(rules: number, port: number, client: number): PolicyTables {
  const files = policyTexts(rules, port).map((text, n) => ({ file: `rules-${n}.yaml`, text }));
  const policies = parseManifests(files).resources.map((resource) => {
    const policy = parsePolicy(resource);
    if (Array.isArray(policy)) throw new Error(JSON.stringify(policy));
    return { policy, revision: 1 };
  });
  const namespace = { "io.kubernetes.pod.namespace": "bench" };
  const others = Array.from({ length: rules - 1 }, (_, n) => {
    return [client + 1000 + n, { app: peerOf(n, rules), ...namespace }] as const;
  });
  const server = {
    ...{ id: "server", namespace: "bench", labels: { rules: `${rules}` }, identity: client + 999 },
    ...{ addresses: [parseAddress("fd00:1::b")], ports: [] },
  };
  const view: PolicyView = {
    endpoints: [server],
    namespaces: new Map(),
    policies,
    identities: new Map([[client, { app: "client", ...namespace }], ...others]),
  };
  return tables(rulesFor(server, view));
}
