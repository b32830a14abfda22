import { readFileSync } from "node:fs";
import { join } from "node:path";

const source = "datapath/abi/outcome.h";

/** The TypeScript and the documentation of the datapath's outcomes, from the one list in abi/outcome.h. */
export function generateOutcomes(root: string): Map<string, Buffer> {
  const rows = [...readFileSync(join(root, source), "utf8").matchAll(/X\((\w+), (\d+), "([^"]+)"\)/g)].map(
    ([, name, number, sentence]) => ({ name: `${name}`.toLowerCase(), number: Number(number), sentence }),
  );
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
  ];
  return new Map([
    ["libs/model/src/gen/outcomes.ts", Buffer.from(code.join("\n"))],
    ["docs/reference-outcomes.md", Buffer.from(page.join("\n"))],
  ]);
}
