import { formatDiagnostic } from "@weft/manifest";
import { toWeftError, type WeftError } from "@weft/netaddr";

/** Where a command's results and messages go: results to stdout, everything else to stderr. */
export interface Output {
  /** One line, or several, of the result. */
  print(text: string): void;
  /** A line for the person at the terminal. */
  say(text: string): void;
  /** Returns when the reader of the results keeps up, or the signal aborts: before each of many. */
  ready(signal: AbortSignal): Promise<void>;
  /** A line at the terminal in the place of the one before; "": none. Unset: nobody is looking. */
  readonly progress?: (text: string) => void;
}

/** Exit statuses of `weft`. */
export const exitStatus = { ok: 0, failure: 1, badInput: 2 } as const;

/** What went wrong, for people: a line for each finding with its place, else message and what was expected. */
export function formatError(error: WeftError): string {
  if (error.diagnostics !== undefined && error.diagnostics.length > 0) {
    return error.diagnostics
      .map((found) =>
        formatDiagnostic({ file: "", line: 0, column: 0, field: "", expected: "", ...found }).replace(
          /^: /,
          "",
        ),
      )
      .join("\n");
  }
  const field = error.field === undefined || error.field === "" ? "" : `${error.field}: `;
  const expected =
    error.expected === undefined || error.expected === "" ? "" : ` (expected ${error.expected})`;
  return `${field}${error.message}${expected}`;
}

/** Says what went wrong and gives the exit status for it: 2 when the input was bad, 1 for everything else. */
export function reportError(thrown: unknown, output: Output, debug: boolean): number {
  const error = toWeftError(thrown);
  // Findings begin with their place, as those of a compiler do, so that editors find it.
  const prefix = (error.diagnostics?.length ?? 0) > 0 ? "" : "weft: ";
  output.say(prefix + formatError(error));
  if (debug || error.code === "INTERNAL") output.say(stackOf(error));
  return error.code === "INVALID_ARGUMENT" ? exitStatus.badInput : exitStatus.failure;
}

/** Says that a signal ended the command, and what failed by that or on the way down, unless it merely gave up. */
export function reportInterruption(thrown: unknown, reason: Error, output: Output, debug: boolean): void {
  const error = toWeftError(thrown);
  if (error.code !== "CANCELLED") output.say(formatError(error));
  if (debug) output.say(stackOf(error));
  output.say(`weft: ${reason.message}`);
}

function stackOf(error: WeftError): string {
  const cause = error.cause instanceof Error ? error.cause.stack : undefined;
  return cause ?? error.stack ?? "";
}
