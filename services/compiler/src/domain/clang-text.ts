import type { Diagnostic } from "@weft/netaddr";

const line = /^(?<file>[^\s:][^:]*):(?<line>\d+):(?<column>\d+): (?<kind>fatal error|error): (?<message>.*)$/;
const placeless = /^(?:clang(?:-\d+)?: )?(?:fatal )?error: (?<message>.*)$/;

/** Most findings kept of one compilation. */
const maxDiagnostics = 50;

/** The errors in what clang wrote, in order. Warnings come as errors, as -Werror is always given. */
export function parseClangErrors(text: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const each of text.split("\n")) {
    const groups = line.exec(each)?.groups;
    if (groups !== undefined) {
      const { file = "", message = "" } = groups;
      found.push({ file, line: Number(groups.line), column: Number(groups.column), field: "", message });
      continue;
    }
    const message = placeless.exec(each)?.groups?.message;
    if (message !== undefined) found.push({ file: "", line: 0, column: 0, field: "", message });
  }
  return found.slice(0, maxDiagnostics);
}
