import { EbpfError } from "./error.ts";
import { native } from "./native.ts";

/** The address family number of IPv4. */
export const AF_INET = 2;
/** The address family number of IPv6. */
export const AF_INET6 = 10;

/** An address and the length of its prefix. */
export interface InetPrefix {
  readonly family: number;
  readonly bytes: Uint8Array;
  readonly length: number;
}

/** Reads "fd00::1/64"; without a length it is the whole address. "default" needs a family. Throws EINVAL. */
export function parseInet(text: string): InetPrefix {
  const [address = "", length] = text.split("/");
  const bytes = native.parseAddress(address);
  const bits = (bytes?.length ?? 0) * 8;
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  if (bytes === undefined || prefix < 0 || prefix > bits) {
    throw new EbpfError(`"${text}": expected an address like 10.0.0.1 or fd00::1/64`, 22, "address");
  }
  return { family: bytes.length === 4 ? AF_INET : AF_INET6, bytes, length: prefix };
}

/** The address's canonical text. */
export function formatInet(bytes: Uint8Array): string {
  return native.formatAddress(bytes);
}

/** Reads "02:00:00:00:00:01". Throws EINVAL. */
export function parseMac(text: string): Uint8Array {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text)) {
    throw new EbpfError(`"${text}": expected a MAC address like 02:00:00:00:00:01`, 22, "mac");
  }
  return Uint8Array.from(text.split(":"), (part) => Number.parseInt(part, 16));
}

/** "02:00:00:00:00:01" of six bytes. */
export function formatMac(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":");
}
