import { readFileSync } from "node:fs";
import { join } from "node:path";

const source = "datapath/abi/outcome.h";

/** The rows of a list `#define NAME(X)`. */
function rowsOf(text: string, list: string) {
  const [, body = ""] = new RegExp(`#define ${list}\\(X\\)((?:.*\\\\\n)+.*)`).exec(text) ?? [];
  return [...body.matchAll(/X\((\w+), (\d+), "([^"]+)"\)/g)].map(([, name, number, sentence]) => ({
    name: `${name}`.toLowerCase(),
    number: Number(number),
    sentence,
  }));
}

/** The TypeScript and the documentation of the datapath's outcomes, from the one list in abi/outcome.h. */
export function generateOutcomes(root: string): Map<string, Buffer> {
  const text = readFileSync(join(root, source), "utf8");
  const [rows, steps] = ["WEFT_OUTCOMES", "WEFT_STEPS"].map((list) => rowsOf(text, list));
  if (rows === undefined || steps === undefined) throw new Error(`${source} has no lists`);
  const code = [
    `// Generated from ${source} by npm run generate.`,
    "",
    "/** Every outcome a packet can have; the index is its number in the map `counters`. */",
    "export const outcomes = [",
    ...rows.map(
      (row) => `  { name: "${row.name}", number: ${row.number}, meaning: ${JSON.stringify(row.sentence)} },`,
    ),
    "] as const;",
    "",
    "/** Name of an outcome. */",
    'export type Outcome = (typeof outcomes)[number]["name"];',
    "",
    "/** What failed where the outcome is drop_internal. */",
    "export const steps = [",
    ...steps.map(
      (row) => `  { name: "${row.name}", number: ${row.number}, meaning: ${JSON.stringify(row.sentence)} },`,
    ),
    "] as const;",
    "",
  ];
  const page = [
    "# What can become of a packet",
    "",
    `Generated from \`${source}\`. The number is the index in the map \`counters\`.`,
    "",
    "| outcome | number | meaning |",
    "| --- | --- | --- |",
    ...rows.map((row) => `| \`${row.name}\` | ${row.number} | ${row.sentence} |`),
    "",
    "Where it is `drop_internal`, a record says which step of the program failed (`detail`). That is no fault of the packet's: tell us.",
    "",
    "| step | number | meaning |",
    "| --- | --- | --- |",
    ...steps.map((row) => `| \`${row.name}\` | ${row.number} | ${row.sentence} |`),
    "",
  ];
  return new Map([
    ["libs/model/src/gen/outcomes.ts", Buffer.from(code.join("\n"))],
    ["docs/reference-outcomes.md", Buffer.from(page.join("\n"))],
  ]);
}
