import { WeftError } from "./error.ts";

/** Reads `02:57:45:46:54:01` (either case) as 6 bytes. */
export function parseMac(text: string): Uint8Array {
  if (!/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/.test(text)) {
    throw new WeftError("INVALID_ARGUMENT", `${JSON.stringify(text)} is not a MAC address`, {
      expected: "six octets such as 02:57:45:46:54:01",
    });
  }
  return Uint8Array.from(text.split(":"), (octet) => Number.parseInt(octet, 16));
}

/** The one text of a MAC address: lower case, colons. */
export function formatMac(bytes: Uint8Array): string {
  if (bytes.length !== 6) {
    throw new WeftError("INVALID_ARGUMENT", `a MAC address has 6 bytes, not ${bytes.length}`);
  }
  return Array.from(bytes, (octet) => octet.toString(16).padStart(2, "0")).join(":");
}

/** A random unicast, locally administered MAC address (IEEE 802-2014 section 8.4). */
export function randomMac(): Uint8Array {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  bytes[0] = ((bytes[0] ?? 0) & 0xfc) | 0x02;
  return bytes;
}
