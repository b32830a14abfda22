// Load-time constants (abi/settings.h) as bytes by name.
import type { Endpoint, Mesh } from "@weft/model";
import type { Address, Prefix } from "@weft/netaddr";
import { little, toHex } from "./bytes.ts";
import { addressHex } from "./shared-maps.ts";

/** Constants by name, as hexadecimal text of the bytes in .rodata. */
export type Constants = Readonly<Record<string, string>>;

/** MAC of every container's gateway: the host's side of its device. */
export const gatewayMac = "02:57:45:46:54:01";

const gatewayMacHex = gatewayMac.replaceAll(":", "");

/** `enum weft_tunnel`. */
export const tunnels = { none: 0, vxlan: 1 } as const;

/** What an option event may name as tunnel. */
export type Tunnel = keyof typeof tunnels;

/** Bytes that a tunnel adds to a packet, by the family of the underlay (KERNEL.md, rule 6). */
export function tunnelOverhead(tunnel: Tunnel, family: 4 | 6): number {
  if (tunnel === "none") return 0;
  return family === 4 ? 50 : 70;
}

/** The tunnel of the mesh, as its options say; VXLAN when they do not. */
export function tunnelOf(mesh: Mesh, host: string): Tunnel {
  const said = mesh.options.get(`${host}/tunnel`)?.value ?? mesh.options.get("mesh/tunnel")?.value;
  return said === "none" ? "none" : "vxlan";
}

/** Constants that the programs of one host share, whatever object they come from. */
export function hostConstants(mesh: Mesh, underlay: Address, tunnel: Tunnel): Constants {
  return {
    underlay: addressHex(underlay),
    mesh_prefix6: addressHex(mesh.pool?.ipv6.address),
    mesh_prefix4: addressHex(mesh.pool?.ipv4?.address),
    mesh_prefix4_length: little.u8(mappedLength(mesh.pool?.ipv4)),
    tunnel: little.u8(tunnels[tunnel]),
  };
}

function mappedLength(prefix: Prefix | undefined): number {
  return prefix === undefined ? 0 : 96 + prefix.length;
}

/** Constants of one container that do not come from its policy. */
export function endpointConstants(endpoint: Endpoint): Constants {
  return {
    endpoint_identity: little.u32(endpoint.identity),
    endpoint_ipv6: addressHex(endpoint.ipv6),
    endpoint_ipv4: addressHex(endpoint.ipv4),
    endpoint_mac: toHex(endpoint.mac),
    gateway_mac: gatewayMacHex,
    feature_ipv4: little.u8(endpoint.ipv4 === undefined ? 0 : 1),
  };
}
