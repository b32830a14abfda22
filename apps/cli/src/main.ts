// The `weft` command: reads arguments and environment, runs one command, ends with its exit status.
import { constants } from "node:os";

const interrupted = new AbortController();
let received: keyof typeof constants.signals | undefined;

// Before anything else is loaded, which takes a while: whoever is told to end ends in good order from the first moment.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    received ??= signal;
    interrupted.abort(new DOMException(`ended by ${signal}`, "AbortError"));
  });
}

const { runCommand } = await import("./run.ts");
const status = await runCommand(process.argv, process.env, interrupted.signal, () =>
  received === undefined ? undefined : 128 + constants.signals[received],
);
// Everything is written before the end, and nothing that was left open keeps the command alive.
process.stdout.write("", () => process.exit(status));
