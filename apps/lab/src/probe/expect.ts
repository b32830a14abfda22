import { type Labels, labelKey, parseAddress } from "@weft/netaddr";
import {
  decide,
  namespaceLabel,
  type Policy,
  type PolicyEndpoint,
  type PolicyView,
  rulesFor,
} from "@weft/policy";
import type { ContainerRecord } from "../containers/record.ts";
import type { PlannedProbe } from "./plan.ts";

/** What a lab is to enforce, as its manifests say. */
export interface Expectation {
  readonly containers: readonly ContainerRecord[];
  readonly policies: readonly Policy[];
  /** Labels of the namespaces that have a manifest. */
  readonly namespaces: ReadonlyMap<string, Labels>;
}

/** What the policies say should become of each planned connection, without asking any part of the mesh. */
export function expectProbes(
  probes: readonly PlannedProbe[],
  expectation: Expectation,
): ("allowed" | "blocked")[] {
  const { endpoints, view } = viewOf(expectation);
  return probes.map((probe) => {
    const [from, to] = [endpoints.get(probe.from), endpoints.get(probe.to)];
    if (from === undefined || to === undefined) throw new RangeError(`no ${probe.from} or ${probe.to}`);
    const { protocol, port, family } = probe;
    return decide({ from, to, protocol, port, family }, view).allowed ? "allowed" : "blocked";
  });
}

/** Ids of the containers that any policy selects. */
export function selectedContainers(expectation: Expectation): Set<string> {
  const { endpoints, view } = viewOf(expectation);
  const selected = [...endpoints.values()].filter((endpoint) => {
    const { ingress, egress } = rulesFor(endpoint, view);
    return ingress.enforced || egress.enforced;
  });
  return new Set(selected.map((endpoint) => endpoint.id));
}

function viewOf({ containers, policies, namespaces }: Expectation) {
  const endpoints = endpointsOf(containers);
  const view: PolicyView = {
    endpoints: [...endpoints.values()],
    namespaces,
    policies: policies.map((policy) => ({ policy, revision: 0 })),
  };
  return { endpoints, view };
}

/** Identities are counted here from the labels alone: what identity gave out is under test, not taken for granted. */
function endpointsOf(containers: readonly ContainerRecord[]): Map<string, PolicyEndpoint> {
  const identities = new Map<string, number>();
  return new Map(
    containers.map((container) => {
      const { id, namespace, name, labels, ports } = container;
      const key = labelKey({ ...labels, [namespaceLabel]: namespace });
      const identity = identities.get(key) ?? 256 + identities.size;
      identities.set(key, identity);
      const addresses = [container.ipv6, container.ipv4].filter((text) => text !== "").map(parseAddress);
      return [`${namespace}/${name}`, { id, namespace, labels, identity, addresses, ports }];
    }),
  );
}
