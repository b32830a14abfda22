import { type Labels, labelKey, parseAddress } from "@weft/netaddr";
import {
  decide,
  type NetworkPolicy,
  namespaceLabel,
  type PolicyEndpoint,
  type PolicyView,
} from "@weft/policy";
import type { ContainerRecord } from "../containers/record.ts";
import type { PlannedProbe } from "./plan.ts";

/** What the policies say should become of each planned connection, without asking any part of the mesh. */
export function expectProbes(
  probes: readonly PlannedProbe[],
  containers: readonly ContainerRecord[],
  policies: readonly NetworkPolicy[],
  namespaces: ReadonlyMap<string, Labels>,
): ("allowed" | "blocked")[] {
  const endpoints = endpointsOf(containers);
  const view: PolicyView = {
    endpoints: [...endpoints.values()],
    namespaces,
    policies: policies.map((policy) => ({ policy, revision: 0 })),
  };
  return probes.map((probe) => {
    const [from, to] = [endpoints.get(probe.from), endpoints.get(probe.to)];
    if (from === undefined || to === undefined) throw new RangeError(`no ${probe.from} or ${probe.to}`);
    const { protocol, port, family } = probe;
    return decide({ from, to, protocol, port, family }, view).allowed ? "allowed" : "blocked";
  });
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
