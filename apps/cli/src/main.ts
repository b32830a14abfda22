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

const [{ runCommand }, { openTerminal }] = await Promise.all([import("./run.ts"), import("./terminal.ts")]);
const status = await runCommand({
  words: process.argv,
  variables: process.env,
  input: process.stdin,
  terminal: openTerminal(process.stdout, process.stderr),
  interrupted: interrupted.signal,
  interruption: () => (received === undefined ? undefined : 128 + constants.signals[received]),
});
// Nothing that was left open keeps the command alive.
process.exit(status);
