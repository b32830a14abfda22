import { writeSync } from "node:fs";

/** Where lines go; what `writeSync` of node:fs does with a file descriptor. */
type Write = (line: string) => void;

/**
 * A destination of lines that no full disk ends: a line that cannot be written is dropped and counted, and the next that
 * can be is preceded by the number of those dropped. Synchronous, so that the line that says why a process died is out
 * before it does.
 */
export function lastingOutput(write: Write = (line) => void writeSync(2, line)): {
  write(line: string): void;
} {
  let dropped = 0;
  return {
    write(line) {
      try {
        if (dropped > 0)
          write(`${JSON.stringify({ level: "warn", msg: "lines could not be written", dropped })}\n`);
        dropped = 0;
        write(line);
      } catch {
        dropped += 1;
      }
    },
  };
}
