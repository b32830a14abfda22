import type { ProbeResult } from "../probe/run.ts";

/** A connection that was tried, and what the policies say should become of it. */
export interface Judged extends ProbeResult {
  readonly expected: "allowed" | "blocked";
}

/** Whether what was seen is what the policies say; a refusal is neither, for workloads listen on what is tried. */
export function asExpected(judged: Judged): boolean {
  return judged.verdict === judged.expected;
}

const legend = "● allowed   · blocked   ! not as expected   (blank) nothing to try";

/**
 * The reachability matrix as text: sources down, targets across (numbered, for there are many). A cell stands for every
 * port and family between the two: one that is not as expected wins, then one that is allowed.
 */
export function formatMatrix(results: readonly Judged[]): string {
  const names = [...new Set(results.flatMap((result) => [result.from, result.to]))].sort();
  const cells = Map.groupBy(results, (result) => `${result.from} ${result.to}`);
  const width = Math.max(4, ...names.map((name) => name.length)) + 4;
  const column = String(names.length).length + 1;
  const head = " ".repeat(width) + names.map((_, index) => String(index + 1).padStart(column)).join("");
  const rows = names.map((from, index) => {
    const label = `${String(index + 1).padStart(2)}  ${from}`.padEnd(width);
    return label + names.map((to) => cell(cells.get(`${from} ${to}`)).padStart(column)).join("");
  });
  return [head, ...rows, legend].map((line) => line.trimEnd()).join("\n");
}

function cell(results: readonly Judged[] | undefined): string {
  if (results === undefined) return "";
  if (!results.every(asExpected)) return "!";
  return results.some((result) => result.verdict === "allowed") ? "●" : "·";
}

/** "121 of 121 connections as expected (23 allowed, 98 blocked)", and a line for each that was not. */
export function formatSummary(results: readonly Judged[]): string {
  const wrong = results.filter((result) => !asExpected(result));
  const allowed = results.filter((result) => result.verdict === "allowed").length;
  const right = results.length - wrong.length;
  const lines = wrong.map(
    ({ from, to, protocol, port, family, expected, verdict }) =>
      `  ${from} -> ${to} ${protocol}/${port} IPv${family}: expected ${expected}, was ${verdict}`,
  );
  const counts = `(${allowed} allowed, ${results.length - allowed} not)`;
  return [`${right} of ${results.length} connections as expected ${counts}`, ...lines].join("\n");
}
