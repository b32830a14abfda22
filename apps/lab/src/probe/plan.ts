import type { ContainerRecord } from "../containers/record.ts";
import { type PodPort, portText } from "../manifests/pods.ts";
import type { ProbeTarget } from "../workload/ask.ts";

/** A running container, as far as probing is concerned. */
export interface ProbeParty {
  /** "default/frontend" */
  readonly name: string;
  /** Control socket of its workload. */
  readonly control: string;
  readonly ports: readonly Pick<PodPort, "protocol" | "port">[];
  readonly ipv6: string;
  /** "" when it has none. */
  readonly ipv4: string;
}

/** A container as a party to probe. */
export function partyOf(container: ContainerRecord): ProbeParty {
  const { control, ipv6, ipv4 } = container;
  // One number may have several names, and is tried once.
  const ports = [...new Map(container.ports.map((port) => [portText(port), port])).values()];
  return { name: `${container.namespace}/${container.name}`, control, ports, ipv6, ipv4 };
}

/** What to try. Unset: every container, every declared port. */
interface ProbeFilter {
  readonly from?: string;
  readonly to?: string;
  /** Tried on every container, declared there or not. */
  readonly port?: Pick<PodPort, "protocol" | "port">;
}

/** One connection to try. */
export interface PlannedProbe {
  readonly from: string;
  readonly to: string;
  readonly protocol: PodPort["protocol"];
  readonly port: number;
  readonly family: 4 | 6;
  readonly target: ProbeTarget;
}

/** Every connection between different containers that the filter lets through, by source, target, port, family. */
export function planProbes(parties: readonly ProbeParty[], filter: ProbeFilter = {}): PlannedProbe[] {
  const sources = parties.filter((party) => filter.from === undefined || party.name === filter.from);
  const targets = parties.filter((party) => filter.to === undefined || party.name === filter.to);
  return sources.flatMap((from) =>
    targets.filter((to) => to.name !== from.name).flatMap((to) => probesBetween(from, to, filter)),
  );
}

/** Protocols as workloads take them. */
export const wireNames = { TCP: "tcp", UDP: "udp", SCTP: "sctp" } as const;

function probesBetween(from: ProbeParty, to: ProbeParty, filter: ProbeFilter): PlannedProbe[] {
  const ports = filter.port === undefined ? to.ports : [filter.port];
  return ports.flatMap(({ protocol, port }): PlannedProbe[] => {
    const probe = (family: 4 | 6, address: string): PlannedProbe => ({
      from: from.name,
      to: to.name,
      protocol,
      port,
      family,
      target: { protocol: wireNames[protocol], address, port },
    });
    const both = from.ipv4 !== "" && to.ipv4 !== "";
    return both ? [probe(6, to.ipv6), probe(4, to.ipv4)] : [probe(6, to.ipv6)];
  });
}
