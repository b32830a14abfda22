import { gatewayMac } from "./datapath.ts";
import { alice, here } from "./mesh.ts";
import * as packet from "./packet.ts";

/** An ICMP error as both families have it. */
export interface IcmpError {
  readonly type6: number;
  readonly code6: number;
  readonly type4: number;
  readonly code4: number;
  readonly mtu?: number;
  /** Who tells; the host without IPv6 and with `here` when unset. */
  readonly from6?: string;
  readonly from4?: string;
}

/** The packet in a frame after a hop: one less in its hop limit. */
export function afterHop(frame: Uint8Array): Uint8Array {
  const hopped = frame.slice();
  const ipv6 = (hopped[14] ?? 0) >> 4 === 6;
  const at = ipv6 ? 21 : 22;
  hopped[at] = (hopped[at] ?? 0) - 1;
  if (ipv6) return hopped;
  hopped.set([0, 0], 24);
  const header = hopped.subarray(14, 14 + ((hopped[14] ?? 0) & 15) * 4);
  hopped.set(packet.u16(~packet.sum16(header) & 0xffff), 24);
  return hopped;
}

/** The frame that tells Alice what is wrong with a frame of hers. */
export function errorFrame(sent: Uint8Array, error: IcmpError): Buffer {
  const ipv6 = (sent[14] ?? 0) >> 4 === 6;
  const rest = new Uint8Array(4);
  new DataView(rest.buffer).setUint32(0, error.mtu ?? 0);
  const quote = sent.subarray(14, 14 + (ipv6 ? 1280 - 48 : 576 - 28));
  const body = packet.join(rest, quote);
  const told = ipv6 ? error6(error, body) : error4(error, body);
  return Buffer.from(packet.ethernet(alice.mac, gatewayMac, ipv6 ? 0x86dd : 0x0800, told));
}

function error6({ type6, code6, from6 = "fe80::1" }: IcmpError, body: Uint8Array): Uint8Array {
  return packet.icmpv6(from6, alice.ipv6, packet.icmp(type6, code6, body));
}

function error4({ type4, code4, from4 = here }: IcmpError, body: Uint8Array): Uint8Array {
  const message = packet.icmp(type4, code4, body);
  message.set(packet.u16(~packet.sum16(message) & 0xffff), 2);
  return packet.ip(from4, `${alice.ipv4}`, 1, message, { tos: 0xc0, fragment: 0x4000 });
}
