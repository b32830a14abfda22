// Lines for people, as many and as long as anybody reads, and as a message can hold.

/** Lines that are told; of more it is said how many there are. */
const named = 8;
/** Characters of a line. */
const longest = 1000;

/** The first of many lines, and how many `more` there are; of each no more than the beginning. */
export function limited(lines: readonly string[], more: string): string[] {
  const first = lines.slice(0, named).map((line) => {
    return line.length <= longest ? line : `${line.slice(0, longest)} ...`;
  });
  return lines.length <= named ? first : [...first, `${lines.length - named} ${more}`];
}
