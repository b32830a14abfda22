import type { Diagnostic } from "@weft/netaddr";

/** Every name in the command is absolute: a line that begins with another is the source's own. */
const place = /^(?<file>\/[^:]*|<[^>]+>):(?<line>\d+):(?<column>\d+): (?:fatal )?error: (?<message>.*)$/s;

/** Most findings kept of one compilation, and characters of each. */
const maxDiagnostics = 50;
const maxMessage = 1000;

/** The sources as clang was given them. */
export interface Given {
  /** The folder they were in, which nothing in them can name: so a line that names it is clang's own. */
  readonly folder: string;
  /** File at which findings are told that have no place in the sources: assembler, system headers, the program as a whole. */
  readonly entry: string;
}

/**
 * The errors in what clang wrote, in order, told at files of the sources. Warnings come as errors, as -Werror is always given.
 * A message may hold line breaks and control characters of the source's choice: the first line counts, made harmless.
 */
export function parseClangErrors(text: string, { folder, entry }: Given): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const each of text.split("\n")) {
    const groups = place.exec(each)?.groups;
    if (groups === undefined) continue;
    const { file = "", line, column } = groups;
    const message = harmless(groups.message?.replaceAll(`${folder}/`, "") ?? "");
    if (file.startsWith(`${folder}/`)) {
      const at = { file: plain(file.slice(folder.length + 1)), line: Number(line), column: Number(column) };
      found.push({ ...at, field: "", message });
    } else {
      found.push({ file: entry, line: 0, column: 0, field: "", message });
    }
  }
  return found.slice(0, maxDiagnostics);
}

/** "lib/a.h" of "entry/../lib/a.h". */
function plain(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function harmless(message: string): string {
  const code = (character: string) => character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
  return message.slice(0, maxMessage).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) => `<U+${code(one)}>`);
}
