import type { Groups } from "./classes.ts";
import { any, pass, type Rows } from "./rows.ts";

/** Numbers of verdicts by identity class, address class and port class. */
interface Matrix {
  /** How many classes: of identities, of addresses, of ports. */
  readonly sizes: readonly [number, number, number];
  /** At (identity * sizes[1] + address) * sizes[2] + port. */
  readonly cells: Uint32Array;
}

/**
 * Fills in, for every combination of classes, the verdict of the first row that fits. A row that passes leaves it to the
 * rows of the other tiers; verdict 0 is that of no row.
 */
export function fillMatrix(
  rows: Rows,
  identities: readonly Groups[],
  addresses: readonly Groups[],
  portSets: readonly Groups[],
): Matrix {
  const fitting = rowsByPeers(rows);
  const fill = portFiller(rows, portSets);
  const width = portSets.length;
  const cells = new Uint32Array(identities.length * addresses.length * width);
  let base = 0;
  for (const identity of identities) {
    for (const address of addresses) {
      fill(fitting(new Set([...identity, ...address])), cells.subarray(base, base + width));
      base += width;
    }
  }
  return { sizes: [identities.length, addresses.length, width], cells };
}

// The rows for those who are in these groups of peers, in order.
function rowsByPeers({ rows, peers }: Rows): (groups: Iterable<number>) => number[] {
  const ofPeers: number[][] = peers.map(() => []);
  const ofAny: number[] = [];
  for (const [index, row] of rows.entries()) (row.peers === any ? ofAny : ofPeers[row.peers])?.push(index);
  return (groups) => {
    const fitting = ofAny.slice();
    for (const group of groups) fitting.push(...(ofPeers[group] ?? []));
    return fitting.sort((a, b) => a - b);
  };
}

// Writes the verdict of each class of ports.
function portFiller(
  { rows, ports }: Rows,
  portSets: readonly Groups[],
): (fitting: readonly number[], cells: Uint32Array) => void {
  const classesOfPorts: number[][] = ports.map(() => []);
  for (const [number, groups] of portSets.entries())
    for (const group of groups) classesOfPorts[group]?.push(number);
  const allPorts = portSets.map((_, number) => number);
  return (fitting, cells) => {
    // Of each class: the tier that was passed last, or that it is decided.
    const state = new Uint8Array(portSets.length);
    let open = portSets.length;
    for (const index of fitting) {
      const row = rows[index];
      if (row === undefined || open === 0) break;
      for (const port of row.ports === any ? allPorts : (classesOfPorts[row.ports] ?? [])) {
        if (state[port] === decided || state[port] === row.tier) continue;
        if (row.verdict === pass) {
          state[port] = row.tier;
          continue;
        }
        state[port] = decided;
        cells[port] = row.verdict;
        open -= 1;
      }
    }
  };
}

const decided = 255;

/** A smaller matrix, and for each dimension the new class of each old one. */
interface Minimised extends Matrix {
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
