import { addressBytes, sum16 } from "../packet.ts";

/** An IP packet, as far as it can be trusted: read here and not by the program under test. */
export interface IpPacket {
  readonly family: 4 | 6;
  readonly bytes: Uint8Array;
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  /** Bytes of the header without IPv6 extensions. */
  readonly headerLength: number;
  /** Bytes that the header speaks of. */
  readonly length: number;
}

/** Hex of bytes, to compare and to show. */
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Hex of an address in its own length. */
export function hexOf(text: string): string {
  const bytes = addressBytes(text);
  return hex(text.includes(":") ? bytes : bytes.subarray(12));
}

/** Two bytes in network order. */
export const u16At = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** The IP packet behind an Ethernet header at an offset; undefined: there is none, or it is cut short. */
export function readIp(frame: Uint8Array, ethernet = 0): IpPacket | undefined {
  const type = u16At(frame, ethernet + 12);
  const bytes = frame.subarray(ethernet + 14);
  const version = (bytes[0] ?? 0) >> 4;
  if (type === 0x0800 && version === 4 && bytes.length >= 20) return readIpv4(bytes);
  return type === 0x86dd && version === 6 && bytes.length >= 40 ? readIpv6(bytes) : undefined;
}

function readIpv4(bytes: Uint8Array): IpPacket | undefined {
  const headerLength = ((bytes[0] ?? 0) & 15) * 4;
  const length = u16At(bytes, 2);
  if (headerLength < 20 || length < headerLength || length > bytes.length) return undefined;
  return {
    family: 4,
    bytes,
    source: hex(bytes.subarray(12, 16)),
    destination: hex(bytes.subarray(16, 20)),
    protocol: bytes[9] ?? 0,
    headerLength,
    length,
  };
}

function readIpv6(bytes: Uint8Array): IpPacket | undefined {
  const length = 40 + u16At(bytes, 4);
  if (length > bytes.length) return undefined;
  return {
    family: 6,
    bytes,
    source: hex(bytes.subarray(8, 24)),
    destination: hex(bytes.subarray(24, 40)),
    protocol: bytes[6] ?? 0,
    headerLength: 40,
    length,
  };
}

/** Where a frame's IP packet says that it comes from and goes to, whatever else is wrong with it. */
export function addressesOf(frame: Uint8Array): { readonly source: string; readonly destination: string } {
  const [at, length] = u16At(frame, 12) === 0x0800 ? [26, 4] : [22, 16];
  const text = (start: number) => hex(frame.subarray(start, start + length));
  return { source: text(at), destination: text(at + length) };
}

/** Is the IPv4 header's checksum right? IPv6 has none. */
export function headerIsRight(packet: IpPacket): boolean {
  return packet.family === 6 || sum16(packet.bytes.subarray(0, packet.headerLength)) === 0xffff;
}

/** Is the ICMP message's checksum right? */
export function icmpIsRight(packet: IpPacket): boolean {
  const message = packet.bytes.subarray(packet.headerLength, packet.length);
  if (packet.family === 4) return sum16(message) === 0xffff;
  const pseudo = Uint8Array.of(message.length >> 8, message.length & 0xff, 0, 58);
  return sum16(packet.bytes.subarray(8, 40), pseudo, message) === 0xffff;
}

/** The bytes after the Ethernet header without what a hop changes; in IPv4, that are hop limit and checksum. */
export function withoutHop(bytes: Uint8Array): Uint8Array {
  const same = bytes.slice();
  if ((bytes[0] ?? 0) >> 4 === 6) same[7] = 0;
  else same.fill(0, 8, 9).fill(0, 10, 12);
  return same;
}

/** The same without what the end of a tunnel changes: congestion bits, and in IPv4 the checksum. */
export function withoutEcn(bytes: Uint8Array): Uint8Array {
  const same = bytes.slice();
  if ((bytes[0] ?? 0) >> 4 === 6) same[1] = (same[1] ?? 0) & 0xcf;
  else same.fill((same[1] ?? 0) & 0xfc, 1, 2).fill(0, 10, 12);
  return same;
}

/** What an outer header of a tunnel says. */
interface Wrapped {
  readonly outer: IpPacket;
  readonly identity: number;
  /** Offset of the inner frame. */
  readonly inner: number;
}

const u24At = (bytes: Uint8Array, at: number) => (u16At(bytes, at) << 8) | (bytes[at + 2] ?? 0);

/** Reads a tunnel packet that this host wrote: VXLAN, Geneve with the identity's option, GRE with a key. */
export function readTunnel(frame: Uint8Array): Wrapped | undefined {
  const outer = readIp(frame);
  if (outer === undefined || outer.length !== outer.bytes.length) return undefined;
  const at = 14 + outer.headerLength;
  if (outer.protocol === 47) {
    if (u16At(frame, at) !== 0x2000 || u16At(frame, at + 2) !== 0x6558) return undefined;
    return { outer, identity: (u16At(frame, at + 4) << 16) | u16At(frame, at + 6), inner: at + 8 };
  }
  if (outer.protocol !== 17 || u16At(frame, at + 4) !== frame.length - at) return undefined;
  const [destination, vni] = [u16At(frame, at + 2), u24At(frame, at + 12)];
  if (destination === 4789) return { outer, identity: vni, inner: at + 16 };
  return destination === 6081 ? { outer, identity: vni, inner: at + 24 } : undefined;
}
