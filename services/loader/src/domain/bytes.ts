// Kernel bytes as hexadecimal text: comparable with ===, printable in a plan, usable as a map key.

/** Contents of a map: key to value, both as hexadecimal text. */
export type Entries = ReadonlyMap<string, string>;

/** Bytes as lower-case hexadecimal text. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}

/** The bytes of a hexadecimal text. */
export function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}

/** Numbers as the kernel of this machine's byte order (little endian on every target of Weft) holds them. */
export const little = {
  u8: (value: number): string => number(1, value),
  u16: (value: number): string => number(2, value),
  u32: (value: number): string => number(4, value),
  u64: (value: number): string => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    return bytes.toString("hex");
  },
};

function number(width: number, value: number): string {
  const bytes = Buffer.alloc(width);
  bytes.writeUIntLE(value, 0, width);
  return bytes.toString("hex");
}

/** The number that `little` wrote, up to 2^53. */
export function fromLittle(text: string): number {
  const bytes = Buffer.from(text, "hex");
  if (bytes.length <= 6) return bytes.length === 0 ? 0 : bytes.readUIntLE(0, bytes.length);
  return Number(bytes.readBigUInt64LE(0));
}

/** Whether two maps hold the same. */
export function sameEntries(a: Entries, b: Entries): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) if (b.get(key) !== value) return false;
  return true;
}

/** What must be written into, and deleted from, `actual` so that it holds `desired`; in order of the keys. */
export function entriesDifference(
  desired: Entries,
  actual: Entries,
): { readonly put: readonly (readonly [string, string])[]; readonly remove: readonly string[] } {
  const put = [...desired].filter(([key, value]) => actual.get(key) !== value).sort(byKey);
  const remove = [...actual.keys()].filter((key) => !desired.has(key)).sort();
  return { put, remove };
}

function byKey(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}
