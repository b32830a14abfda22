import { gatewayMac } from "./datapath.ts";
import { alice } from "./mesh.ts";
import { ethernet, type IpOptions, ip } from "./packet.ts";

/** EtherTypes. */
export const types = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const;

/** One who sends: a container. */
interface Sender {
  readonly mac: string;
  readonly ipv6: string;
}

/** A frame as a container sends it to its gateway. */
export function frame(payload: Uint8Array, type: number = types.ipv6, mac: string = alice.mac): Uint8Array {
  return ethernet(gatewayMac, mac, type, payload);
}

/** A frame as it comes in at the uplink. */
export function uplinkFrame(payload: Uint8Array, family: 4 | 6): Uint8Array {
  const mac = "02:00:00:00:01:00";
  return ethernet(mac, mac, family === 4 ? types.ipv4 : types.ipv6, payload);
}

/** An IPv6 frame from one container to another's address. */
export function between(
  from: Sender,
  to: { readonly ipv6: string },
  protocol: number,
  payload: Uint8Array,
  options: IpOptions = {},
): Uint8Array {
  return frame(ip(from.ipv6, to.ipv6, protocol, payload, options), types.ipv6, from.mac);
}

/** Option of a test that needs the kernel: skipped, with the reason, where it cannot run. */
export const kernelTest: { readonly skip: string | false } = {
  skip: process.getuid?.() === 0 ? false : "needs root",
};
