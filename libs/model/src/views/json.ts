// Values of the mesh as JSON has them: addresses and prefixes as canonical text, absent ones as null.
import { type Address, formatAddress, formatPrefix, type Prefix } from "@weft/netaddr";

/** An address as text, or null. */
export function addressText(address: Address | undefined): string | null {
  return address === undefined ? null : formatAddress(address);
}

/** A prefix as text, or null. */
export function prefixText(prefix: Prefix | undefined): string | null {
  return prefix === undefined ? null : formatPrefix(prefix);
}

/** Order by the given texts, in turn, by code unit: the same everywhere. */
export function byTexts<T>(...keys: ((value: T) => string)[]): (a: T, b: T) => number {
  return (a, b) => {
    for (const key of keys) {
      const [left, right] = [key(a), key(b)];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  };
}
