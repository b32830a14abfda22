import type { BpfMap, LoadedObject, ObjectSpec, Value } from "@weft/ebpf";
import { parseMac } from "@weft/netaddr";
import { type PolicyTables, tableMapEntries } from "@weft/policy";
import { build } from "./objects.ts";
import { counting } from "./operations.ts";
import { addressBytes } from "./packet.ts";

/** MAC of every gateway. */
export const gatewayMac = "02:57:45:46:54:01";

/** A container, as its host's datapath knows it. */
export interface Container {
  readonly slot: number;
  readonly identity: number;
  readonly mac: string;
  readonly ipv6: string;
  readonly ipv4?: string;
  readonly ifindex?: number;
  /** Unset: no policy, no flow table. */
  readonly policy?: PolicyTables;
  /** The policy as branches instead of maps. */
  readonly specialised?: boolean;
  readonly policyRevision?: number;
  /** Seconds, by enum weft_life; the built-in ones when unset. */
  readonly lifetimes?: readonly number[];
  /** Largest IP packet to other hosts; the host's when unset. */
  readonly pathMtu?: number;
  /** What is put on record, 1 << enum weft_record_kind; everything when unset. */
  readonly recordKinds?: number;
  /** What becomes of flows that the policy denies by now, ingress and egress; cut when unset. */
  readonly revoke?: readonly [Revoke, Revoke];
}

/** "cut", "keep", or the time until which flows drain, in 2^30 ns. */
type Revoke = "cut" | "keep" | number;

/** A host, as its datapath knows itself. */
export interface HostOptions {
  /** Its tunnel source. */
  readonly underlay: string;
  /** Its address of the other family, if it has one. */
  readonly otherUnderlay?: string;
  /** A device that is not there when unset. */
  readonly uplinkIfindex?: number;
  /** VXLAN when unset. */
  readonly tunnel?: Tunnel;
  /** Tunnels it takes from others; its own when unset. */
  readonly accepted?: readonly Tunnel[];
  /** Largest IP packet to other hosts; 1400 when unset. */
  readonly pathMtu?: number;
  /** The mesh's /48; fd00:1:: when unset. */
  readonly meshPrefix6?: string;
  /** The programs of containers count what they ask of maps. */
  readonly counted?: boolean;
}

/** Every bit of record_kinds. */
export const allRecords = 0b111110;

/** As in abi/settings.h. */
export const tunnels = { none: 0, vxlan: 1, geneve: 2, gre: 3 } as const;

/** How packets go from host to host. */
export type Tunnel = keyof typeof tunnels;

/** The programs and maps of one host. */
export interface Datapath extends Disposable {
  readonly uplink: LoadedObject;
  map(name: SharedMap): BpfMap;
  /** Loads a container's programs and puts it in its slot; a second time replaces the programs. */
  load(container: Container): Promise<LoadedObject>;
  /** Makes a container known: here, or behind an underlay address, on the host of that number (2 when unset). */
  addPeer(container: Container, underlay?: string, host?: number): void;
  /** Makes a host known; `mtu` is the largest IP packet of a container that gets there (0: as `pathMtu`). */
  addHost(underlay: string, number?: number, mtu?: number): void;
}

/** The maps that all programs of a host share. */
type SharedMap = (typeof shared)[number];

const containerShared = ["flows", "openings", "begun", "fragments", "next_hops"] as const;
const uplinkShared = ["peers", "hosts", "containers", "records"] as const;
const shared = [...uplinkShared, ...containerShared] as const;
const meshPrefix6 = "fd00:1::";
const meshPrefix4 = "10.0.0.0";
const noDevice = 0x7fff_ffff;
const word = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);

/** A host's datapath with nothing attached. */
export async function openDatapath(options: HostOptions): Promise<Datapath> {
  const stack = new DisposableStack();
  const uplinkSpec = await build("uplink");
  const before = options.counted === true ? counting : undefined;
  const containerSpec = await build("container", undefined, before);
  setHost(uplinkSpec, options);
  // Of both kinds of objects, only the container's has the tables of flows: loaded once to get the maps.
  const first = stack.use(await containerSpec.load());
  const handles = (names: readonly SharedMap[]) =>
    Object.fromEntries(names.map((name) => [name, first.map(name)]));
  const reuse = handles(shared);
  const uplinkMaps = handles(uplinkShared);
  const uplink = stack.use(await uplinkSpec.load({ reuse: uplinkMaps }));
  const owned = stack.move();
  const map: Datapath["map"] = (name) => first.map(name);

  function addPeer(container: Container, underlay?: string, host = 2): void {
    const value = {
      revision: 1,
      identity: container.identity,
      slot: underlay === undefined ? container.slot : 0,
      mac: parseMac(container.mac),
      host: underlay === undefined ? 1 : host,
      underlay: { bytes: addressBytes(underlay ?? options.underlay) },
    };
    for (const address of [container.ipv6, container.ipv4]) {
      if (address !== undefined)
        map("peers")
          .typed()
          .update({ bytes: addressBytes(address) }, value);
    }
  }

  async function load(container: Container): Promise<LoadedObject> {
    const { policy, specialised = false } = container;
    const spec = await build("container", specialised ? policy : undefined, before);
    setHost(spec, options);
    setContainer(spec, container);
    const loaded = owned.use(await spec.load({ reuse }));
    if (policy !== undefined && !specialised) await fill(loaded, policy);
    map("containers").update(word(container.slot), loaded.program("to_container"));
    return loaded;
  }

  return {
    uplink,
    map,
    load,
    addPeer,
    addHost: (address, number = address === options.underlay ? 1 : 2, mtu = 0) =>
      map("hosts")
        .typed()
        .update({ bytes: addressBytes(address) }, { revision: 1, number, mtu }),
    [Symbol.dispose]: () => owned.dispose(),
  };
}

function setAll(spec: ObjectSpec, constants: Readonly<Record<string, Value>>): void {
  for (const [name, value] of Object.entries(constants)) spec.setConstant(name, value);
}

function setHost(spec: ObjectSpec, options: HostOptions): void {
  const {
    underlay,
    otherUnderlay,
    uplinkIfindex = noDevice,
    tunnel = "vxlan",
    accepted = [tunnel],
  } = options;
  const addresses = otherUnderlay === undefined ? [underlay] : [underlay, otherUnderlay];
  for (const each of addresses) {
    spec.setConstant(each.includes(":") ? "underlay6" : "underlay4", { bytes: addressBytes(each) });
  }
  setAll(spec, {
    uplink_ifindex: uplinkIfindex,
    underlay: { bytes: addressBytes(underlay) },
    tunnels_accepted: accepted.reduce((mask, each) => mask | (1 << tunnels[each]), 0),
    mesh_prefix6: { bytes: addressBytes(options.meshPrefix6 ?? meshPrefix6) },
    mesh_prefix4: { bytes: addressBytes(meshPrefix4) },
    mesh_prefix4_length: 104,
    tunnel: tunnels[tunnel],
    path_mtu: options.pathMtu ?? 1400,
    record_kinds: allRecords,
  });
}

function setContainer(spec: ObjectSpec, container: Container): void {
  const { policy, ipv4 } = container;
  setAll(spec, {
    policy_revision: container.policyRevision ?? 1,
    endpoint_identity: container.identity,
    endpoint_slot: container.slot,
    endpoint_ifindex: container.ifindex ?? 100 + container.slot,
    endpoint_ipv6: { bytes: addressBytes(container.ipv6) },
    endpoint_mac: parseMac(container.mac),
    gateway_mac: parseMac(gatewayMac),
    feature_ipv4: ipv4 === undefined ? 0 : 1,
    feature_track: policy === undefined ? 0 : 1,
    feature_ingress: policy?.ingress.enforced === true ? 1 : 0,
    feature_egress: policy?.egress.enforced === true ? 1 : 0,
  });
  if (container.recordKinds !== undefined) spec.setConstant("record_kinds", container.recordKinds);
  if (container.revoke !== undefined) setRevoke(spec, container.revoke);
  if (container.pathMtu !== undefined) spec.setConstant("path_mtu", container.pathMtu);
  if (container.lifetimes !== undefined) spec.setConstant("flow_life_s", container.lifetimes);
  if (ipv4 !== undefined) spec.setConstant("endpoint_ipv4", { bytes: addressBytes(ipv4) });
  if (policy === undefined) return;
  const { verdictBase, addressClassCount, portClassCount } = tableMapEntries(policy);
  setAll(spec, {
    feature_addresses: policy.ingress.addresses.length + policy.egress.addresses.length > 0 ? 1 : 0,
    verdict_base: verdictBase,
    address_class_count: addressClassCount,
    port_class_count: portClassCount,
  });
}

function setRevoke(spec: ObjectSpec, revoke: readonly Revoke[]): void {
  setAll(spec, {
    revoke_mode: revoke.map((each) => (each === "cut" ? 0 : each === "keep" ? 1 : 2)),
    drain_until_s: revoke.map((each) => (typeof each === "number" ? each : 0)),
  });
}

async function fill(loaded: LoadedObject, policy: PolicyTables): Promise<void> {
  const { identityClasses, addressClasses, portClasses, verdicts } = tableMapEntries(policy);
  const maps = {
    identity_classes: identityClasses,
    address_classes: addressClasses,
    port_classes: portClasses,
    verdicts,
  };
  for (const [name, entries] of Object.entries(maps)) {
    if (entries.length === 0) continue;
    await loaded.map(name).updateBatch(entries.map(({ key, value }) => [key, value] as const));
  }
}

/** How often each outcome was counted, by number; only those that were. */
export function countersOf(loaded: LoadedObject): Record<number, number> {
  const counted: Record<number, number> = {};
  for (const [key, values] of loaded.map("counters").entries()) {
    const outcome = new Uint32Array(key.slice().buffer)[0] ?? 0;
    const total = new BigUint64Array(values.slice().buffer).reduce((sum, each) => sum + each, 0n);
    if (total > 0n) counted[outcome] = Number(total);
  }
  return counted;
}
