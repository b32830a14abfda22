import type { FlowEnd } from "@weft/log";
import { formatAddress, labelKey } from "@weft/netaddr";
import {
  type NamedPort,
  type Party,
  type PolicyEndpoint,
  type PolicyView,
  reservedIdentities,
} from "@weft/policy";
import type { AskedFlow } from "./asked.ts";

/** Recorded ends as a view has them: as they were when they were recorded, whatever became of them. */
export interface Parties {
  /** The view, with the ends in it. */
  readonly view: PolicyView;
  /** Undefined: the record does not tell who it was. */
  of(end: FlowEnd): Party | undefined;
}

/** Above every identity that a mesh can give out, so that none is taken for another. */
const firstIdentity = 2 ** 24;

/** Puts recorded ends into a view; `portsOf` says what ports a container declared. */
export function partiesIn(
  view: PolicyView,
  flows: Iterable<AskedFlow>,
  portsOf: (end: FlowEnd) => readonly NamedPort[],
): Parties {
  const identities = new Map<string, number>();
  const known = new Map<string, PolicyEndpoint>();
  for (const end of [...flows].flatMap(({ from, to }) => [from, to])) {
    if (end.endpoint === "" || known.has(keyOf(end))) continue;
    const { namespace, labels, address } = end;
    const set = `${namespace} ${labelKey(labels)}`;
    const identity = identities.get(set) ?? firstIdentity + identities.size;
    identities.set(set, identity);
    known.set(keyOf(end), {
      id: `${end.endpoint} ${formatAddress(address)}`,
      namespace,
      labels,
      identity,
      addresses: [address],
      ports: portsOf(end),
    });
  }
  return {
    view: { ...view, endpoints: [...view.endpoints, ...known.values()] },
    of: (end) => (end.endpoint === "" ? outsider(end) : known.get(keyOf(end))),
  };
}

function keyOf({ endpoint, address, namespace, labels }: FlowEnd): string {
  return `${endpoint} ${formatAddress(address)} ${namespace} ${labelKey(labels)}`;
}

function outsider({ identity, address, host }: FlowEnd): Party | undefined {
  const { world, remoteNode, host: own } = reservedIdentities;
  if (identity === 0) return { identity: host === "" ? world : remoteNode, address };
  return [world, remoteNode, own].some((one) => one === identity) ? { identity, address } : undefined;
}

/** How a recorded end is called: NAMESPACE/NAME, or its address. */
export function recordedName({ endpoint, namespace, name, address }: FlowEnd): string {
  return endpoint === "" ? formatAddress(address) : `${namespace}/${name}`;
}
