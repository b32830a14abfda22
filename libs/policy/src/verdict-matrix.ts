import type { Groups } from "./classes.ts";
import { any, type Rows } from "./rows.ts";

/** Numbers of verdicts by identity class, address class and port class. */
export interface Matrix {
  /** How many classes: of identities, of addresses, of ports. */
  readonly sizes: readonly [number, number, number];
  /** At (identity * sizes[1] + address) * sizes[2] + port. */
  readonly cells: Uint32Array;
}

/** Fills in, for every combination of classes, the verdict of the first row that fits. */
export function fillMatrix(
  { rows, peers, ports }: Rows,
  identities: readonly Groups[],
  addresses: readonly Groups[],
  portSets: readonly Groups[],
): Matrix {
  const rowsOfPeers: number[][] = peers.map(() => []);
  const rowsOfAny: number[] = [];
  for (const [index, row] of rows.entries())
    (row.peers === any ? rowsOfAny : rowsOfPeers[row.peers])?.push(index);
  const classesOfPorts: number[][] = ports.map(() => []);
  for (const [number, groups] of portSets.entries())
    for (const group of groups) classesOfPorts[group]?.push(number);
  const width = portSets.length;
  const allPorts = portSets.map((_, number) => number);
  const cells = new Uint32Array(identities.length * addresses.length * width);
  let base = 0;
  for (const identity of identities) {
    for (const address of addresses) {
      const fitting = rowsOfAny.slice();
      for (const group of new Set([...identity, ...address])) fitting.push(...(rowsOfPeers[group] ?? []));
      const filled = new Uint8Array(width);
      for (const index of fitting.sort((a, b) => a - b)) {
        const row = rows[index];
        if (row === undefined) continue;
        for (const port of row.ports === any ? allPorts : (classesOfPorts[row.ports] ?? [])) {
          if (filled[port] === 1) continue;
          filled[port] = 1;
          cells[base + port] = row.verdict;
        }
        if (row.ports === any) break;
      }
      base += width;
    }
  }
  return { sizes: [identities.length, addresses.length, width], cells };
}

/** A smaller matrix, and for each dimension the new class of each old one. */
export interface Minimised extends Matrix {
  readonly classOf: readonly [readonly number[], readonly number[], readonly number[]];
}

/** Makes classes with equal verdicts everywhere one; class 0 stays class 0, the order of the others is kept. */
export function minimise({ sizes, cells }: Matrix): Minimised {
  const [identities, addresses, ports] = sizes;
  const cell = (i: number, a: number, p: number): number => cells[(i * addresses + a) * ports + p] ?? 0;
  const identity = merge(identities, addresses * ports, (i, n) => cell(i, 0, n));
  const address = merge(addresses, identities * ports, (a, n) => cell(Math.floor(n / ports), a, n % ports));
  const port = merge(ports, identities * addresses, (p, n) => cell(0, n, p));
  const small = new Uint32Array(identity.kept.length * address.kept.length * port.kept.length);
  let next = 0;
  for (const i of identity.kept)
    for (const a of address.kept) for (const p of port.kept) small[next++] = cell(i, a, p);
  return {
    sizes: [identity.kept.length, address.kept.length, port.kept.length],
    cells: small,
    classOf: [identity.classOf, address.classOf, port.classOf],
  };
}

// Which of `count` slices are equal: the new number of each, and the first old number of each new one.
function merge(count: number, length: number, at: (slice: number, n: number) => number) {
  const known = new Map<string, number>();
  const kept: number[] = [];
  const classOf: number[] = [];
  for (let slice = 0; slice < count; slice += 1) {
    const key = Array.from({ length }, (_, n) => at(slice, n)).join();
    const number = known.get(key) ?? kept.length;
    if (number === kept.length) {
      known.set(key, number);
      kept.push(slice);
    }
    classOf.push(number);
  }
  return { kept, classOf };
}
