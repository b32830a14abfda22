import { mappedBytes, parseAddress, parseMac } from "@weft/netaddr";

/** Bytes of an address as the datapath has it: 16, IPv4 mapped. */
export function addressBytes(text: string): Uint8Array {
  return mappedBytes(parseAddress(text));
}

/** Bytes of an address in its own length. */
function plainBytes(text: string): Uint8Array {
  const bytes = addressBytes(text);
  return text.includes(":") ? bytes : bytes.subarray(12);
}

/** One's complement sum of 16-bit words (RFC 1071), not yet inverted. */
export function sum16(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 2) sum += ((part[at] ?? 0) << 8) | (part[at + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

/** Two bytes in network order. */
export function u16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

/** Bytes one after the other. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** An Ethernet header in front of a payload. */
export function ethernet(dst: string, src: string, type: number, payload: Uint8Array): Uint8Array {
  return join(parseMac(dst), parseMac(src), u16(type), payload);
}

/** What an IP header says beside addresses and protocol. */
export interface IpOptions {
  readonly hopLimit?: number;
  /** Type of service or traffic class. */
  readonly tos?: number;
  /** IPv6. */
  readonly flowLabel?: number;
  /** IPv4: flags and fragment offset. */
  readonly fragment?: number;
  /** IPv4: identification of the packet that fragments belong to. */
  readonly id?: number;
  /** IPv4: options, a multiple of four bytes. */
  readonly options?: Uint8Array;
}

/** An IP packet of either family, with right lengths and header checksum. */
export function ip(
  src: string,
  dst: string,
  protocol: number,
  payload: Uint8Array,
  options: IpOptions = {},
): Uint8Array {
  const { hopLimit = 64, fragment = 0, tos = 0, flowLabel = 0, id = 0 } = options;
  const more = options.options ?? new Uint8Array();
  if (src.includes(":")) {
    const first = join(u16(0x6000 | (tos << 4) | (flowLabel >> 16)), u16(flowLabel & 0xffff));
    const head = join(first, u16(payload.length), Uint8Array.of(protocol, hopLimit));
    return join(head, plainBytes(src), plainBytes(dst), payload);
  }
  const head = join(
    Uint8Array.of(0x45 + more.length / 4, tos),
    u16(20 + more.length + payload.length),
    u16(id),
    u16(fragment),
    Uint8Array.of(hopLimit, protocol, 0, 0),
    plainBytes(src),
    plainBytes(dst),
    more,
  );
  head.set(u16(~sum16(head) & 0xffff), 10);
  return join(head, payload);
}

/** A fragment of an IPv6 packet from its fragment header on; `at` in bytes. */
export function fragment6(
  next: number,
  at: number,
  more: boolean,
  id: number,
  payload: Uint8Array,
): Uint8Array {
  return join(Uint8Array.of(next, 0), u16(at | (more ? 1 : 0)), u16(0), u16(id), payload);
}

/** TCP flags. */
export const flags = { fin: 1, syn: 2, rst: 4, ack: 16 } as const;

/** A TCP segment without payload and without checksum. */
export function tcp(src: number, dst: number, bits: number = flags.syn): Uint8Array {
  return join(u16(src), u16(dst), new Uint8Array(8), Uint8Array.of(0x50, bits), new Uint8Array(6));
}

/** A UDP datagram without checksum. */
export function udp(src: number, dst: number, payload: Uint8Array = new Uint8Array(4)): Uint8Array {
  return join(u16(src), u16(dst), u16(8 + payload.length), u16(0), payload);
}

/** SCTP chunk types. */
export const chunks = {
  data: 0,
  init: 1,
  initAck: 2,
  abort: 6,
  shutdown: 7,
  shutdownAck: 8,
  cookieEcho: 10,
} as const;

/** An SCTP packet with one empty chunk and without checksum. */
export function sctp(src: number, dst: number, chunk: number = chunks.init): Uint8Array {
  return join(u16(src), u16(dst), new Uint8Array(8), Uint8Array.of(chunk, 0, 0, 4));
}

/** An ICMP or ICMPv6 message without checksum. */
export function icmp(type: number, code: number, rest: Uint8Array): Uint8Array {
  return join(Uint8Array.of(type, code, 0, 0), rest);
}

/** Identifier and sequence number of an echo. */
export function echo(identifier: number): Uint8Array {
  return join(u16(identifier), u16(1), new Uint8Array(8));
}

/** An ICMPv6 message in an IPv6 packet, with the right checksum. */
export function icmpv6(src: string, dst: string, message: Uint8Array, options: IpOptions = {}): Uint8Array {
  const checked = message.slice();
  checked.set([0, 0], 2);
  const pseudo = join(plainBytes(src), plainBytes(dst), new Uint8Array(4), Uint8Array.of(0, 0, 0, 58));
  pseudo.set(u16(checked.length), 34);
  checked.set(u16(~sum16(pseudo, checked) & 0xffff), 2);
  return ip(src, dst, 58, checked, options);
}

/** A Neighbour Solicitation or Advertisement with one link-layer address option. */
export function neighbour(
  type: 135 | 136,
  target: string,
  option?: { readonly type: 1 | 2; readonly mac: string },
): Uint8Array {
  const bits = Uint8Array.of(0, 0, 0, 0);
  const last =
    option === undefined ? new Uint8Array() : join(Uint8Array.of(option.type, 1), parseMac(option.mac));
  return icmp(type, 0, join(bits, plainBytes(target), last));
}

/** An ARP message for Ethernet and IPv4. */
export function arp(
  operation: 1 | 2,
  sender: { readonly mac: string; readonly address: string },
  target: { readonly mac: string; readonly address: string },
): Uint8Array {
  return join(
    Uint8Array.of(0, 1, 8, 0, 6, 4, 0, operation),
    ...[sender, target].flatMap(({ mac, address }) => [parseMac(mac), plainBytes(address)]),
  );
}
