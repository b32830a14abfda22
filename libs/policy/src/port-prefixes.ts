/** Ports that agree in their first `length` (0..16) bits with `port`, whose other bits are zero. */
export interface PortPrefix {
  readonly port: number;
  readonly length: number;
}

/** The fewest prefixes that together are the ports from..to (inclusive, 0..65535); at most 30. */
export function portPrefixes(from: number, to: number): PortPrefix[] {
  const prefixes: PortPrefix[] = [];
  for (let port = from; port <= to; ) {
    let bits = 0;
    // As large a block as begins here and does not go beyond the end.
    while (bits < 16 && (port & (2 ** (bits + 1) - 1)) === 0 && port + 2 ** (bits + 1) - 1 <= to) bits += 1;
    prefixes.push({ port, length: 16 - bits });
    port += 2 ** bits;
  }
  return prefixes;
}
