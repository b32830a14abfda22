import type { Tunnel } from "./datapath.ts";
import { uplinkFrame } from "./frames.ts";
import { type IpOptions, ip, join, u16, udp } from "./packet.ts";

/** What a tunnel's own header says. */
export interface TunnelHeader {
  readonly identity: number;
  /** First byte (VXLAN), second byte (Geneve), first two bytes (GRE). */
  readonly flags?: number;
  /** Geneve: version. */
  readonly version?: number;
  /** Geneve, GRE: the EtherType of what is inside. */
  readonly protocol?: number;
  /** Geneve: options, a multiple of four bytes; unset: the identity's. */
  readonly options?: Uint8Array;
  /** UDP source port. */
  readonly port?: number;
}

/** Who wraps a packet for whom. */
interface Outer extends IpOptions {
  readonly src: string;
  readonly dst: string;
}

/** A tunnel that has a header. */
export type Wrapping = Exclude<Tunnel, "none">;

/** UDP ports, RFC 7348 and RFC 8926. */
export const ports = { vxlan: 4789, geneve: 6081 } as const;

const ethernetInside = 0x6558;
const u24 = (value: number) => Uint8Array.of(value >> 16, (value >> 8) & 0xff, value & 0xff);
const u32 = (value: number) => join(u16(value >>> 16), u16(value & 0xffff));

/** A Geneve option. */
export function option(type: number, data: Uint8Array, optionClass = 0xfff1): Uint8Array {
  return join(u16(optionClass), Uint8Array.of(type, data.length / 4), data);
}

/** The Geneve option that holds an identity. */
export function identityOption(identity: number): Uint8Array {
  return option(1, u32(identity));
}

function geneve(header: TunnelHeader): Uint8Array {
  const { identity, flags = 0, version = 0, protocol = ethernetInside } = header;
  const options = header.options ?? identityOption(identity);
  const first = Uint8Array.of((version << 6) | (options.length / 4), flags);
  return join(first, u16(protocol), u24(identity), Uint8Array.of(0), options);
}

function tail(tunnel: Wrapping, header: TunnelHeader, inner: Uint8Array): Uint8Array {
  const { identity, flags, protocol = ethernetInside, port = 51_234 } = header;
  if (tunnel === "gre") return join(u16(flags ?? 0x2000), u16(protocol), u32(identity), inner);
  if (tunnel === "geneve") return udp(port, ports.geneve, join(geneve(header), inner));
  const vxlan = join(Uint8Array.of(flags ?? 8, 0, 0, 0), u24(identity), Uint8Array.of(0));
  return udp(port, ports.vxlan, join(vxlan, inner));
}

/** A tunnel packet, from the outer IP header on, around a frame. */
export function wrap(tunnel: Wrapping, outer: Outer, header: TunnelHeader, inner: Uint8Array): Uint8Array {
  const { src, dst, ...options } = outer;
  const dontFragment = src.includes(":") ? {} : { fragment: 0x4000 };
  return ip(src, dst, tunnel === "gre" ? 47 : 17, tail(tunnel, header, inner), {
    ...dontFragment,
    ...options,
  });
}

/** The same as it comes in at the uplink. */
export function arrive(tunnel: Wrapping, outer: Outer, header: TunnelHeader, inner: Uint8Array): Uint8Array {
  return uplinkFrame(wrap(tunnel, outer, header, inner), outer.src.includes(":") ? 6 : 4);
}
