import { WeftError } from "@weft/netaddr";
import type { ConformanceCase } from "./schema.ts";

/** The cases whose index a text such as "1-20,33" names; INVALID_ARGUMENT when it names none, or nothing. */
export function selectCases(cases: readonly ConformanceCase[], text: string): ConformanceCase[] {
  const ranges = text.split(",").map((part) => {
    const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (from === undefined || Number(to ?? from) < Number(from)) {
      throw new WeftError("INVALID_ARGUMENT", `${JSON.stringify(part)} is not a case or a range of cases`, {
        field: "--case",
        expected: "numbers and ranges, such as 1-20,33",
      });
    }
    return [Number(from), Number(to ?? from)] as const;
  });
  const chosen = cases.filter(({ index }) => ranges.some(([from, to]) => from <= index && index <= to));
  if (chosen.length > 0) return chosen;
  const numbers = cases.map(({ index }) => index);
  throw new WeftError("INVALID_ARGUMENT", `there is no case ${text}`, {
    field: "--case",
    expected: `numbers from ${Math.min(...numbers)} to ${Math.max(...numbers)}`,
  });
}
