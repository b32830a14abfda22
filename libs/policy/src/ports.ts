import { familyBits } from "@weft/netaddr";
import type { IpBlock, PolicyPort } from "./network-policy.ts";
import { blockContains, samePeers } from "./peers.ts";
import { mergeRanges, type PortRange, protocolNumbers } from "./protocol.ts";
import type { Match, Peers } from "./rules.ts";
import type { PolicyEndpoint, PolicyView } from "./view.ts";
import { indexOf } from "./view-index.ts";

type Named = Extract<PolicyPort, { kind: "named" }>;

/** Ports of an ingress rule: the receiver is the container itself, so a name is one number or none. */
export function ingressMatches(
  peers: Peers,
  ports: readonly PolicyPort[],
  endpoint: PolicyEndpoint,
): Match[] {
  const ranges = ports.flatMap((port): PortRange[] => {
    if (port.kind === "range") return [rangeOf(port)];
    const number = portOf(endpoint, port);
    return number === undefined ? [] : [single(port, number)];
  });
  return ranges.length === 0 ? [] : [{ peers, ports: mergeRanges(ranges) }];
}

/**
 * Ports of an egress rule: every receiver gives a name its own number, so that a name becomes pairs of some of the
 * peers and a number. Receivers that share an identity but not the number are told apart by their addresses.
 */
export function egressMatches(peers: Peers, ports: readonly PolicyPort[], view: PolicyView): Match[] {
  const ranges = ports.filter((port) => port.kind === "range").map(rangeOf);
  const matches: Match[] = ranges.length === 0 ? [] : [{ peers, ports: mergeRanges(ranges) }];
  for (const port of ports) if (port.kind === "named") matches.push(...namedMatches(peers, port, view));
  return matches;
}

// The same for every container that the rule is for, so it is worked out once.
function namedMatches(peers: Peers, port: Named, view: PolicyView): readonly Match[] {
  return indexOf(view).namedPorts(peers, nameOf(port), () => resolveNamed(peers, port, view));
}

/** Whether matches are the same, in the same order. */
export function sameMatches(a: readonly Match[], b: readonly Match[]): boolean {
  const portsOf = ({ ports }: Match) => JSON.stringify(ports);
  return (
    a.length === b.length &&
    a.every((one, n) => {
      const other = b[n];
      return other !== undefined && portsOf(one) === portsOf(other) && samePeers(one.peers, other.peers);
    })
  );
}

function resolveNamed(peers: Peers, port: Named, view: PolicyView): Match[] {
  const found = new Map<number, { identities: Set<number>; blocks: IpBlock[] }>();
  const at = (number: number) => {
    const entry = found.get(number) ?? { identities: new Set<number>(), blocks: [] };
    found.set(number, entry);
    return entry;
  };
  for (const [identity, endpoints] of indexOf(view).receivers.naming(nameOf(port))) {
    const numbers = endpoints.map((endpoint) => portOf(endpoint, port));
    const [first] = numbers;
    const selected = peers === "any" || peers.identities.has(identity);
    if (selected && first !== undefined && numbers.every((number) => number === first)) {
      at(first).identities.add(identity);
      continue;
    }
    for (const [index, endpoint] of endpoints.entries()) {
      const number = numbers[index];
      if (number !== undefined) at(number).blocks.push(...addressesAmong(peers, selected, endpoint));
    }
  }
  return [...found.entries()]
    .filter(([, entry]) => entry.identities.size > 0 || entry.blocks.length > 0)
    .sort(([a], [b]) => a - b)
    .map(([number, entry]) => ({ peers: entry, ports: [single(port, number)] }));
}

// The addresses of an endpoint that peers cover, each as a block of its own.
function addressesAmong(peers: Peers, selected: boolean, endpoint: PolicyEndpoint): IpBlock[] {
  return endpoint.addresses
    .filter(
      (address) =>
        selected || (peers !== "any" && peers.blocks.some((block) => blockContains(block, address))),
    )
    .map((address) => ({ cidr: { address, length: familyBits(address.family) }, except: [] }));
}

function nameOf({ protocol, name }: Named): string {
  return `${protocol}/${name}`;
}

function portOf(endpoint: PolicyEndpoint, { name, protocol }: Named): number | undefined {
  return endpoint.ports.find((port) => port.name === name && port.protocol === protocol)?.port;
}

function rangeOf({ protocol, from, to }: Extract<PolicyPort, { kind: "range" }>): PortRange {
  return { protocol: protocolNumbers[protocol], from, to };
}

function single({ protocol }: Named, port: number): PortRange {
  return { protocol: protocolNumbers[protocol], from: port, to: port };
}
