import assert from "node:assert/strict";
import { join } from "node:path";
import type { CaseResult } from "@weft/lab";
import { type Mesh, root } from "./weft.ts";

/** The cases that the repository ships. */
export const casesFile = join(root, "tests", "data", "netpol", "cases.json");

/** What `weft conformance run -o json` prints. */
interface ConformanceReport {
  readonly cells: number;
  readonly wrong: number;
  readonly cases: readonly CaseResult[];
}

/** Runs cases in the state directory of a mesh, so that its disposal takes down what a killed run leaves. */
export async function runConformance(
  mesh: Mesh,
  words: readonly string[],
  file = casesFile,
): Promise<ConformanceReport> {
  const own = ["conformance", "run", file, "--state", mesh.state, "-o", "json"];
  const { status, stdout, stderr } = await mesh.run([...own, ...words]);
  assert.ok(stdout !== "", stderr);
  const report = JSON.parse(stdout) as ConformanceReport;
  assert.equal(status, report.wrong === 0 ? 0 : 1);
  return report;
}

/** The wrong cells of a run, each with its step. */
export function wrongOf({ cases }: ConformanceReport): string[] {
  return cases.flatMap(({ index, steps }) =>
    steps.flatMap(({ step, wrong }) =>
      wrong.map(({ cell, family, expected, seen }) => {
        return `${index}.${step} ${cell} IPv${family}: expected ${expected}, was ${seen}`;
      }),
    ),
  );
}

/** All steps of a run. */
export function stepsOf({ cases }: ConformanceReport) {
  return cases.flatMap(({ index, steps }) => steps.map((step) => ({ ...step, index })));
}
