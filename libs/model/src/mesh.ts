// What the log says, folded: plain records in maps. A record is never changed after it was made; an event that changes
// a thing puts a new record in its place, so that whoever derives something from a record may cache it by the record.
import type { Address, Labels, Prefix } from "@weft/netaddr";

/** Something the log decided, with the revision of the last event that touched it. */
export interface Stamped {
  readonly revision: number;
}

/** The address space of the mesh. */
export interface Pool extends Stamped {
  readonly ipv6: Prefix;
  readonly ipv4?: Prefix;
}

/** Prefixes that ipam gave to a host, whether or not the host joined yet. */
export interface HostPrefix extends Stamped {
  readonly host: string;
  readonly ipv6: Prefix;
  readonly ipv4?: Prefix;
}

/** An address of a host as the host says it, and since which revision it does. */
export interface UnderlayClaim {
  readonly address: Address;
  readonly since: number;
}

/** A host that joined: where the others reach it and how its programs are attached. */
export interface Host extends Stamped {
  readonly name: string;
  /** What it says; an address that another host has said before, and still says, is not its. */
  readonly claims: { readonly underlayIpv6?: UnderlayClaim; readonly underlayIpv4?: UnderlayClaim };
  readonly underlayIpv6?: Address;
  readonly underlayIpv4?: Address;
  readonly kernel: string;
  /** "tcx" or "clsact". */
  readonly attach: string;
  readonly ipv6?: Prefix;
  readonly ipv4?: Prefix;
  /** Bytes of the largest IP packet that its uplink takes; unset: a host of an earlier version does not say. */
  readonly uplinkMtu?: number;
}

/** A port that a container declares under a name. */
export interface NamedPort {
  readonly name: string;
  /** "TCP", "UDP" or "SCTP". */
  readonly protocol: string;
  readonly port: number;
}

/** An identity that an endpoint had, from the revision on. */
export interface IdentityStep extends Stamped {
  readonly identity: number;
}

/** A container attached to the mesh. */
export interface Endpoint extends Stamped {
  readonly host: string;
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly identity: number;
  readonly ipv6: Address;
  readonly ipv4?: Address;
  /** 6 bytes. */
  readonly mac: Uint8Array;
  readonly netns: string;
  readonly interface: string;
  readonly slot: number;
  readonly ports: readonly NamedPort[];
  /** Every identity it had since it was attached, oldest first; the last is the present one. */
  readonly history: readonly IdentityStep[];
}

/** A label set and its number. */
export interface Identity extends Stamped {
  readonly identity: number;
  readonly labels: Labels;
}

/** Addresses held by an owner (an endpoint id) on a host. */
export interface Lease extends Stamped {
  readonly host: string;
  readonly owner: string;
  readonly ipv6: Address;
  readonly ipv4?: Address;
}

/** One document that a person applied, as given. */
export interface Source extends Stamped {
  readonly namespace: string;
  readonly name: string;
  readonly source: string;
  readonly file: string;
  readonly line: number;
}

/** A policy document. */
export interface Policy extends Source {
  /** "NetworkPolicy", "NetworkPolicy.weft.dev" or "ClusterNetworkPolicy", which has no namespace. */
  readonly kind: string;
  /** What it stands in place of, should this version not be able to read it. */
  readonly replaced?: Policy;
}

/** What a policy is called among all: kinds, namespaces and names each tell policies apart. */
export function policyKey({ kind, namespace, name }: Pick<Policy, "kind" | "namespace" | "name">): string {
  return `${kind}/${namespace}/${name}`;
}

/** A service document. */
export interface Service extends Source {}

/** A namespace and its labels. */
export interface Namespace extends Stamped {
  readonly name: string;
  readonly labels: Labels;
}

/** A finding of the compiler or the verifier. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly field: string;
  readonly message: string;
  readonly expected: string;
}

/** An object that was built, or refused (`diagnostics` not empty and no bytes). */
export interface BuiltObject extends Stamped {
  readonly digest: string;
  readonly kind: string;
  readonly compiler: string;
  readonly refused: boolean;
  readonly name: string;
  readonly bytes: number;
  readonly content: string;
  readonly durationUs: number;
  readonly diagnostics: readonly Finding[];
}

/** One setting of one scope. */
export interface Option extends Stamped {
  readonly scope: string;
  readonly key: string;
  readonly value: string;
  /** The value before the last change; undefined: it was never set before. */
  readonly previous?: string;
}

/** Something on record that has no effect, and why. */
export interface Passed extends Stamped {
  readonly subject: string;
  /** As its writer calls it, e.g. "weft.v1.HostRetired". */
  readonly type: string;
  /**
   * `unknown`: of a newer version. `invalid`: no event of its subject, or none at all. `refused`: it says what its writer
   * has no say in.
   */
  readonly kind: "unknown" | "invalid" | "refused";
  readonly message: string;
}

/** What was passed over so far: how much, and the last of it, oldest first. */
export interface PassedOver {
  readonly count: number;
  readonly recent: readonly Passed[];
  /** Of many more than the recent ones, oldest first. */
  readonly revisions: readonly number[];
  /** The newest revision that is not among them any more; 0 when none was forgotten. */
  readonly forgotten: number;
}

/** The fold of events 1..revision. Readers must not keep the maps across events: the fold goes on in place. */
export interface Mesh extends Stamped {
  /** Time of the last event, as milliseconds since 1970; 0 before the first. */
  readonly timeMs: number;
  /** Revision of the last event that can change the policy of any container. */
  readonly policyRevision: number;
  /** Time of the last event that can have taken a permission from a flow: a policy, a namespace, other labels. As `timeMs`. */
  readonly policyTimeMs: number;
  /** Revision of the last event that can change what any host's kernel holds. */
  readonly kernelRevision: number;
  readonly passed: PassedOver;
  readonly pool: Pool | undefined;
  readonly prefixes: ReadonlyMap<string, HostPrefix>;
  readonly hosts: ReadonlyMap<string, Host>;
  /** By host, then by id. */
  readonly endpoints: ReadonlyMap<string, ReadonlyMap<string, Endpoint>>;
  readonly identities: ReadonlyMap<number, Identity>;
  /** By host, then by owner. */
  readonly leases: ReadonlyMap<string, ReadonlyMap<string, Lease>>;
  /** By {@link policyKey}. */
  readonly policies: ReadonlyMap<string, Policy>;
  readonly namespaces: ReadonlyMap<string, Namespace>;
  /** By "namespace/name". */
  readonly services: ReadonlyMap<string, Service>;
  /** By digest. */
  readonly objects: ReadonlyMap<string, BuiltObject>;
  /** By "scope/key". */
  readonly options: ReadonlyMap<string, Option>;
}

/** The same, as the fold itself sees it. */
export interface MutableMesh {
  revision: number;
  timeMs: number;
  policyRevision: number;
  policyTimeMs: number;
  kernelRevision: number;
  passed: PassedOver;
  pool: Pool | undefined;
  readonly prefixes: Map<string, HostPrefix>;
  readonly hosts: Map<string, Host>;
  readonly endpoints: Map<string, Map<string, Endpoint>>;
  readonly identities: Map<number, Identity>;
  readonly leases: Map<string, Map<string, Lease>>;
  readonly policies: Map<string, Policy>;
  readonly namespaces: Map<string, Namespace>;
  readonly services: Map<string, Service>;
  readonly objects: Map<string, BuiltObject>;
  readonly options: Map<string, Option>;
}

/** The mesh before the first event. */
export function emptyMesh(): MutableMesh {
  return {
    revision: 0,
    timeMs: 0,
    policyRevision: 0,
    policyTimeMs: 0,
    kernelRevision: 0,
    passed: { count: 0, recent: [], revisions: [], forgotten: 0 },
    pool: undefined,
    prefixes: new Map(),
    hosts: new Map(),
    endpoints: new Map(),
    identities: new Map(),
    leases: new Map(),
    policies: new Map(),
    namespaces: new Map(),
    services: new Map(),
    objects: new Map(),
    options: new Map(),
  };
}
