// Load-time constants (abi/settings.h) as bytes by name.
import { recordKind, tunnel } from "@weft/datapath";
import { type Endpoint, lifetimesFor, type Mesh, type Observation, observationFor } from "@weft/model";
import type { Prefix } from "@weft/netaddr";
import { little, toHex } from "./bytes.ts";
import type { HostFacts } from "./desired.ts";
import { addressHex } from "./shared-maps.ts";
import type { Transport } from "./transport.ts";

/** Constants by name, as hexadecimal text of the bytes in .rodata. */
export type Constants = Readonly<Record<string, string>>;

/** MAC of every container's gateway: the host's side of its device. */
export const gatewayMac = "02:57:45:46:54:01";

const gatewayMacHex = gatewayMac.replaceAll(":", "");

const drops = (1 << recordKind.drop) | (1 << recordKind.cut);
const flows = (1 << recordKind.flow) | (1 << recordKind.kept);

/** A bit for each `enum weft_record_kind`. */
const recordKinds: Readonly<Record<Observation, number>> = {
  off: 0,
  drops,
  flows: drops | flows,
  all: drops | flows | (1 << recordKind.multicast),
};

/** Constants that the programs of one host share, whatever object they come from. */
export function hostConstants(mesh: Mesh, facts: HostFacts, transport: Transport): Constants {
  return {
    underlay: addressHex(transport.underlay),
    underlay4: addressHex(facts.underlay4),
    underlay6: addressHex(facts.underlay6),
    mesh_prefix6: addressHex(mesh.pool?.ipv6.address),
    mesh_prefix4: addressHex(mesh.pool?.ipv4?.address),
    mesh_prefix4_length: little.u8(mappedLength(mesh.pool?.ipv4)),
    tunnel: little.u8(tunnel[transport.tunnel]),
    tunnels_accepted: little.u8(transport.accepted),
    path_mtu: little.u16(transport.pathMtu),
    record_kinds: little.u8(recordKinds[observationFor(mesh, facts.host)]),
    flow_life_s: lifetimesFor(mesh, facts.host)
      .map((seconds) => little.u32(coarseTime(seconds)))
      .join(""),
  };
}

/** Seconds in the datapath's coarse unit of time, 2^30 ns; at least one. */
function coarseTime(seconds: number): number {
  return Math.max(1, Math.round((seconds * 1e9) / 2 ** 30));
}

function mappedLength(prefix: Prefix | undefined): number {
  return prefix === undefined ? 0 : 96 + prefix.length;
}

/** Constants of one container that do not come from its policy. */
export function endpointConstants(endpoint: Endpoint): Constants {
  return {
    endpoint_slot: little.u16(endpoint.slot),
    endpoint_identity: little.u32(endpoint.identity),
    endpoint_ipv6: addressHex(endpoint.ipv6),
    endpoint_ipv4: addressHex(endpoint.ipv4),
    endpoint_mac: toHex(endpoint.mac),
    gateway_mac: gatewayMacHex,
    feature_ipv4: little.u8(endpoint.ipv4 === undefined ? 0 : 1),
  };
}
