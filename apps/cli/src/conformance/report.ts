import { type CaseResult, formatTable, type StepResult } from "@weft/lab";

/** A whole run. */
export interface Report {
  /** Name of the file of cases. */
  readonly file: string;
  readonly hosts: number;
  readonly families: readonly number[];
  readonly tier: string;
  readonly cases: readonly CaseResult[];
  /** With bringing the mesh up and taking it down. */
  readonly seconds: number;
}

/** How many cells were not as expected. */
export function wrongCells({ cases }: Report): number {
  return sumOf(cases, (step) => step.wrong.length);
}

/** One object as one line. */
export function formatJson(report: Report): string {
  const { cases, ...rest } = report;
  const cells = sumOf(cases, (step) => step.cells);
  return JSON.stringify({ ...rest, cells, wrong: wrongCells(report), cases });
}

/** A line for each step, and one for each wrong cell below it. */
export function formatText(report: Report): string {
  const { cases, hosts, families, seconds } = report;
  const rows = cases.flatMap(({ index, description, steps }) =>
    steps.map((step) => [
      `${index}.${step.step}`,
      `${step.cells}`,
      `${step.wrong.length}`,
      step.expectation,
      step.seconds.toFixed(2),
      description,
    ]),
  );
  const table = formatTable(["STEP", "CELLS", "WRONG", "EXPECTATION", "SECONDS", "DESCRIPTION"], rows);
  const wrong = cases.flatMap(({ index, steps }) =>
    steps.flatMap((step) => step.wrong.map((one) => `${index}.${step.step}  ${wrongText(one)}`)),
  );
  const cells = sumOf(cases, (step) => step.cells);
  const where = `${hosts} host${hosts === 1 ? "" : "s"}, ${families.map((family) => `IPv${family}`).join(" and ")}`;
  const sum = `${cells - wrong.length} of ${cells} cells as expected (${where}, ${seconds} s)`;
  return [table, "", ...wrong, sum].join("\n");
}

/** The XML that CI systems read (the schema of Jenkins): a test case for each step. */
export function formatJunit(report: Report): string {
  const { file, cases, seconds } = report;
  const steps = cases.flatMap(({ index, description, steps }) =>
    steps.map((step) => junitCase(file, `case ${index}, step ${step.step}: ${description}`, step)),
  );
  const failures = sumOf(cases, (step) => (step.wrong.length > 0 ? 1 : 0));
  const counts = `tests="${steps.length}" failures="${failures}" errors="0" time="${seconds}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `<testsuite name="${escapeXml(file)}" ${counts}>`,
    ...steps,
    "</testsuite>",
    "</testsuites>",
  ].join("\n");
}

function junitCase(file: string, name: string, { wrong, cells, seconds }: StepResult): string {
  const start = `<testcase classname="${escapeXml(file)}" name="${escapeXml(name)}" time="${seconds}"`;
  if (wrong.length === 0) return `${start}/>`;
  const message = `${wrong.length} of ${cells} cells wrong`;
  const text = escapeXml(wrong.map(wrongText).join("\n"));
  return `${start}><failure message="${message}">${text}</failure></testcase>`;
}

function wrongText({ cell, family, expected, seen }: StepResult["wrong"][number]): string {
  return `${cell} IPv${family}: expected ${expected}, was ${seen}`;
}

function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "<": "&lt;",
    ">": "&gt;",
    "&": "&amp;",
    '"': "&quot;",
  };
  return text.replace(/[<>&"]/g, (character) => entities[character] ?? "");
}

function sumOf(cases: readonly CaseResult[], of: (step: StepResult) => number): number {
  return cases.reduce((sum, { steps }) => sum + steps.reduce((inner, step) => inner + of(step), 0), 0);
}
