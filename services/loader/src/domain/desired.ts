// Mesh + host -> what this host's kernel should hold. Pure.
import { createHash } from "node:crypto";
import { type Endpoint, type Mesh, observationFor } from "@weft/model";
import { type Address, formatAddress, formatMac, toWeftError, type WeftError } from "@weft/netaddr";
import { type Entries, little } from "./bytes.ts";
import type { DeviceWish, HookWish, Tier } from "./operation.ts";
import {
  identityRevision,
  type KernelPolicy,
  type Move,
  movesOf,
  type PolicyMap,
  type PolicyOf,
  policyMaps,
} from "./policy.ts";
import { drainConstants, revocationConstants } from "./revocation.ts";
import { type Constants, endpointConstants, gatewayMac, hostConstants } from "./settings.ts";
import { hostEntries, peerEntries, sharedMaps } from "./shared-maps.ts";
import { pathMtuTo, type Transport, transportOf } from "./transport.ts";

/** What the loader knows about its host without the log. */
export interface HostFacts {
  readonly host: string;
  readonly uplink: string;
  readonly uplinkMtu: number;
  /** Where the other hosts send to, unless an option says which family; one of the next two. */
  readonly underlay: Address;
  readonly underlay4: Address | undefined;
  readonly underlay6: Address | undefined;
  /** When CLOCK_MONOTONIC was 0, as milliseconds since 1970; the clock of events may be set, so not always the same. */
  readonly bootedMs: () => number;
}

/** Which objects can be loaded: digests. */
export interface Catalogue {
  /** Tier 0 of containers. */
  readonly container: string;
  readonly uplink: string;
  /** Tier 1 by the key of the policy, when it was built and is on this host. */
  readonly specialised: ReadonlyMap<string, string>;
  /** Layouts of the maps that the object of containers has, by name. */
  readonly layouts: Readonly<Record<string, string>>;
  /** Programs that were decided before this revision are not good enough; 0 or unset: those of any are. */
  readonly floor?: number;
}

/** The programs that one owner should have in force. */
export interface ProgramWish {
  readonly owner: string;
  readonly digest: string;
  readonly tier: Tier;
  /** Without policy_revision, which the plan decides. */
  readonly constants: Constants;
  /** Constants that programs get when they are loaded, and are not loaded again for. */
  readonly atLoad: Constants;
  readonly ifindexes: Readonly<Record<string, string>>;
  readonly maps: Readonly<Record<string, Entries>>;
  readonly without: readonly string[];
  /** Entries that private maps must have room for; those not named are as the object declares them. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly hooks: readonly HookWish[];
  /** Slot of to_container in the program array; undefined for the uplink. */
  readonly slot: number | undefined;
  /** Flows decided before this revision must be decided again; undefined: this owner tracks nothing. */
  readonly policyFloor: number | undefined;
}

/** One container on this host. */
export interface EndpointWish {
  readonly id: string;
  readonly device: DeviceWish;
  readonly program: ProgramWish;
  /** For specialising: undefined when there is nothing to specialise. */
  readonly policy: KernelPolicy | undefined;
}

/** What this host's kernel should hold at a revision. */
export interface Desired {
  readonly revision: number;
  readonly sysctls: Readonly<Record<string, string>>;
  /** Object that declares the shared maps. */
  readonly mapsFrom: string;
  /** Layouts of the shared maps that it has, by name. */
  readonly layouts: Readonly<Record<string, string>>;
  readonly maps: { readonly peers: Entries; readonly hosts: Entries };
  readonly uplink: ProgramWish;
  readonly endpoints: ReadonlyMap<string, EndpointWish>;
  /** Containers for which nothing can be derived: what they have stays as it is. */
  readonly unresolved: ReadonlyMap<string, Unresolved>;
  /** What of the options cannot be had on this host. */
  readonly warnings: readonly string[];
  /** Containers whose policy cannot be enforced as it was decided: they are closed, and this is why. */
  readonly closed: ReadonlyMap<string, WeftError>;
}

/** Why nothing can be derived for a container, and what of it must be left alone. */
interface Unresolved {
  readonly error: WeftError;
  readonly slot: number;
  readonly device: string;
}

/** Name of the host's end of a container's device: the same for the same id, at most 15 characters. */
export function deviceName(id: string): string {
  return `weft${createHash("sha256").update(id).digest("hex").slice(0, 10)}`;
}

/** Owner of the uplink's program; no endpoint can have this id. */
export const uplinkOwner = "@uplink";

/** The host forwards between its containers and the world; replies may leave by another device than requests came. */
export function sysctlsOf(uplink: string): Record<string, string> {
  return {
    "net/ipv4/ip_forward": "1",
    "net/ipv4/conf/all/rp_filter": "0",
    [`net/ipv4/conf/${uplink}/rp_filter`]: "0",
    "net/ipv6/conf/all/forwarding": "1",
  };
}

/** Desired state of a host; `policyOf` and the catalogue are what was derived and built so far. */
export function desired(mesh: Mesh, facts: HostFacts, catalogue: Catalogue, policyOf: PolicyOf): Desired {
  const transport: Transport = transportOf(mesh, facts);
  const { family } = transport.underlay;
  const host = hostConstants(mesh, facts, transport);
  const shared: Shared = {
    facts,
    catalogue,
    host,
    mtu: transport.pathMtu,
    moves: movesOf(mesh),
    trackAll: observationFor(mesh, facts.host) === "all",
    policyTimeMs: mesh.policyTimeMs,
  };
  const endpoints = new Map<string, EndpointWish>();
  const unresolved = new Map<string, Unresolved>();
  const closed = new Map<string, WeftError>();
  for (const endpoint of mesh.endpoints.get(facts.host)?.values() ?? []) {
    const { id, slot } = endpoint;
    try {
      const policy = policyOf(endpoint);
      endpoints.set(id, endpointWish(endpoint, shared, policy));
      if (policy.refused !== undefined) closed.set(id, policy.refused);
    } catch (thrown) {
      // What is wrong with one container must not keep the others from what is theirs.
      unresolved.set(id, { error: toWeftError(thrown), slot, device: deviceName(id) });
    }
  }
  return {
    revision: mesh.revision,
    sysctls: sysctlsOf(facts.uplink),
    mapsFrom: catalogue.container,
    layouts: sharedLayouts(catalogue),
    maps: {
      peers: peerEntries(mesh, facts.host, family),
      hosts: hostEntries(mesh, (each) => pathMtuTo(mesh, each, transport.overhead)),
    },
    uplink: uplinkWish(facts, catalogue, host),
    endpoints,
    unresolved,
    warnings: transport.warnings,
    closed,
  };
}

function sharedLayouts({ layouts }: Catalogue): Record<string, string> {
  return Object.fromEntries(
    sharedMaps.flatMap((name) => {
      const layout = layouts[name];
      return layout === undefined ? [] : [[name, layout] as const];
    }),
  );
}

interface Shared {
  readonly facts: HostFacts;
  readonly catalogue: Catalogue;
  readonly host: Constants;
  readonly mtu: number;
  readonly moves: readonly Move[];
  /** Whether containers without a policy are tracked too. */
  readonly trackAll: boolean;
  readonly policyTimeMs: number;
}

function uplinkWish(facts: HostFacts, catalogue: Catalogue, host: Constants): ProgramWish {
  return {
    owner: uplinkOwner,
    digest: catalogue.uplink,
    tier: "generic",
    constants: host,
    atLoad: {},
    ifindexes: { uplink_ifindex: facts.uplink },
    maps: {},
    without: [],
    sizes: {},
    hooks: [{ hook: "from_uplink", direction: "ingress", device: facts.uplink }],
    slot: undefined,
    policyFloor: undefined,
  };
}

function deviceWish(endpoint: Endpoint, mtu: number): DeviceWish {
  const addresses = [`${formatAddress(endpoint.ipv6)}/128`];
  if (endpoint.ipv4 !== undefined) addresses.push(`${formatAddress(endpoint.ipv4)}/32`);
  return {
    name: deviceName(endpoint.id),
    owner: endpoint.id,
    netns: endpoint.netns,
    interface: endpoint.interface,
    mac: formatMac(endpoint.mac),
    hostMac: gatewayMac,
    mtu,
    addresses: addresses.sort(),
  };
}

function features(policy: KernelPolicy, tracked: boolean): Constants {
  return {
    feature_track: little.u8(tracked ? 1 : 0),
    feature_ingress: little.u8(policy.ingress ? 1 : 0),
    feature_egress: little.u8(policy.egress ? 1 : 0),
    feature_addresses: little.u8(policy.addresses ? 1 : 0),
    ...policy.constants,
  };
}

/** Policy maps that the object of this tier has, and that this container needs. */
function neededMaps(policy: KernelPolicy, tier: Tier): ReadonlySet<string> {
  const enforced = policy.ingress || policy.egress;
  if (!enforced || tier === "specialised") return new Set();
  return new Set(policyMaps.filter((name) => name !== "address_classes" || policy.addresses));
}

function endpointWish(endpoint: Endpoint, shared: Shared, policy: KernelPolicy): EndpointWish {
  const { facts, catalogue, host, mtu, moves, trackAll, policyTimeMs } = shared;
  const device = deviceWish(endpoint, mtu);
  const enforced = policy.ingress || policy.egress;
  const tracked = enforced || trackAll;
  const built = enforced ? catalogue.specialised.get(policy.key) : undefined;
  const tier: Tier = built === undefined ? "generic" : "specialised";
  const needed = neededMaps(policy, tier);
  const program: ProgramWish = {
    owner: endpoint.id,
    digest: built ?? catalogue.container,
    tier,
    constants: {
      ...host,
      ...endpointConstants(endpoint),
      ...features(policy, tracked),
      ...revocationConstants(policy),
    },
    atLoad: drainConstants(policy, policyTimeMs - facts.bootedMs()),
    ifindexes: { uplink_ifindex: facts.uplink, endpoint_ifindex: device.name },
    maps: Object.fromEntries(
      [...needed].map((name) => [name, policy.maps[name as keyof typeof policy.maps]]),
    ),
    without: policyMaps.filter((name) => !needed.has(name)),
    sizes: Object.fromEntries([...needed].map((name) => [name, policy.sizes[name as PolicyMap]])),
    hooks: [
      { hook: "to_container", direction: "egress", device: device.name },
      { hook: "from_container", direction: "ingress", device: device.name },
    ],
    slot: endpoint.slot,
    policyFloor: tracked ? Math.max(identityRevision(moves, policy), catalogue.floor ?? 0) : undefined,
  };
  return { id: endpoint.id, device, program, policy: enforced ? policy : undefined };
}
