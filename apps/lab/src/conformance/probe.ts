import type { ContainerRecord } from "../containers/record.ts";
import { wireNames } from "../probe/plan.ts";
import { askWorkload, type ProbeAnswer, type ProbeTarget } from "../workload/ask.ts";
import type { Cell } from "./expect.ts";

/** A cell that was not as expected, or that needed a second look. */
interface WrongCell {
  readonly cell: string;
  readonly family: number;
  readonly expected: Cell["expected"];
  /** "allowed", "blocked", "refused REASON", or "answered by NAME". */
  readonly seen: string;
}

/** What became of the cells of a step. */
export interface Probed {
  readonly wrong: readonly WrongCell[];
  /** Cells that should be allowed, and got no answer at the first look. */
  readonly reprobed: number;
}

/** An answer in the lab takes well below a millisecond; who has none after this long is asked again, if he should have one. */
const firstLookMs = 200;
const secondLookMs = 3000;

/** Tries all cells at once. A cell that is allowed once is allowed; one without an answer is wrong at the second look. */
export async function probeCells(
  cells: readonly Cell[],
  containers: ReadonlyMap<string, ContainerRecord>,
  signal?: AbortSignal,
): Promise<Probed> {
  const first = await look(cells, containers, firstLookMs, signal);
  const silent = cells.filter((cell) => cell.expected === "allowed" && first.get(cell) === "blocked");
  const second = silent.length === 0 ? first : await look(silent, containers, secondLookMs, signal);
  const wrong = cells.flatMap((cell): WrongCell[] => {
    const seen = second.get(cell) ?? first.get(cell) ?? "blocked";
    const { text, family, expected } = cell;
    return seen === expected ? [] : [{ cell: text, family, expected, seen }];
  });
  return { wrong, reprobed: silent.length };
}

async function look(
  cells: readonly Cell[],
  containers: ReadonlyMap<string, ContainerRecord>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Map<Cell, string>> {
  const seen = new Map<Cell, string>();
  const reused = unservedPort(containers);
  const one = async (from: string, own: readonly Cell[]) => {
    const targets = own.map((cell) => targetOf(cell, containers, reused));
    const control = containers.get(from)?.control ?? "";
    const answers = await askWorkload(control, targets, timeoutMs, signal);
    for (const [index, cell] of own.entries()) {
      const answer = answers[index];
      if (answer !== undefined) seen.set(cell, describe(cell, answer));
    }
  };
  await Promise.all([...Map.groupBy(cells, (cell) => cell.from)].map(([from, own]) => one(from, own)));
  return seen;
}

/** A port that no container serves; the same one at every step. */
function unservedPort(containers: ReadonlyMap<string, ContainerRecord>): number {
  const served = new Set([...containers.values()].flatMap(({ ports }) => ports.map(({ port }) => port)));
  let port = 4000;
  while (served.has(port)) port += 1;
  return port;
}

/**
 * UDP and SCTP are tried from the same port at every step, so that what the datapath remembers of earlier steps is in the
 * way: it has to decide again. TCP takes new ports.
 */
function targetOf(
  { to, protocol, port, family }: Cell,
  containers: ReadonlyMap<string, ContainerRecord>,
  reused: number,
): ProbeTarget {
  const container = containers.get(to);
  const address = (family === 6 ? container?.ipv6 : container?.ipv4) ?? "";
  if (address === "") throw new RangeError(`${to} has no IPv${family} address`);
  return { protocol: wireNames[protocol], address, port, from: protocol === "TCP" ? 0 : reused };
}

/** Who answers must be who was asked. */
function describe({ to }: Cell, { verdict, detail }: ProbeAnswer): string {
  if (verdict === "refused") return `refused ${detail}`;
  return verdict === "allowed" && detail !== to ? `answered by ${detail || "nobody"}` : verdict;
}
