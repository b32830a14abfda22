import { readFileSync } from "node:fs";
import { join } from "node:path";
import { datapathFolder } from "../src/sources.ts";

const text = readFileSync(join(datapathFolder, "abi", "outcome.h"), "utf8");

/** Numbers of outcomes by name, from the one list in abi/outcome.h. */
export const outcomes: Readonly<Record<string, number>> = Object.fromEntries(
  [...text.matchAll(/X\((\w+), (\d+),/g)].map(([, name, number]) => [`${name}`, Number(number)]),
);

/** Name of an outcome by its number. */
export function outcomeName(number: number): string {
  return Object.entries(outcomes).find(([, each]) => each === number)?.[0] ?? `outcome ${number}`;
}
