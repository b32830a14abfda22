import type { Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { WriteStream } from "node:tty";
import { WeftError } from "@weft/netaddr";
import type { Output } from "./output.ts";

/** Where results and messages of this process go, and whether results still arrive. */
export interface Terminal extends Output {
  /** Aborted as soon as standard output takes no more: what is left of the command is of no use to anybody. */
  readonly broken: AbortSignal;
  /** Returns when everything printed and said is written or never will be; after an interruption soon in any case. */
  settled(interrupted: AbortSignal): Promise<void>;
  /** Why results could not be written. Undefined also when their reader has seen enough (`weft log | head`). */
  failure(): WeftError | undefined;
}

/** How long a reader that stands still is waited for by a command that was told to end. */
const patienceMs = 500;

/** The terminal of a process. Messages that cannot be written are nobody's loss. */
export function openTerminal(stdout: Writable, stderr: Writable): Terminal {
  const broken = new AbortController();
  let cause: NodeJS.ErrnoException | undefined;
  let last: Promise<void> = Promise.resolve();
  let lastSaid: Promise<void> = Promise.resolve();
  const fail = (error: NodeJS.ErrnoException) => {
    cause ??= error;
    broken.abort(new WeftError("CANCELLED", "standard output takes no more", { cause }));
  };
  stdout.on("error", fail);
  stderr.on("error", () => {});
  return {
    broken: broken.signal,
    print(text) {
      if (cause !== undefined) return;
      last = new Promise((resolve) => {
        stdout.write(`${text}\n`, (error) => {
          if (error) fail(error);
          resolve();
        });
      });
    },
    say(text) {
      // Of a long text a pipe takes a part at once, and the rest as it is read.
      lastSaid = new Promise((resolve) => {
        stderr.write(`${text}\n`, () => resolve());
      });
    },
    // To the start of the line, clear it, write; whoever redirects messages has no use for it.
    ...(stderr instanceof WriteStream && {
      progress: (text: string) => void stderr.write(`\r\x1b[K${text}`),
    }),
    async ready(signal) {
      if (stdout.writableNeedDrain) await Promise.race([last, aborted(signal), aborted(broken.signal)]);
    },
    async settled(interrupted) {
      const late = aborted(interrupted).then(() => delay(patienceMs, undefined, { ref: false }));
      await Promise.race([Promise.all([last, lastSaid]), late, aborted(broken.signal)]);
    },
    failure() {
      if (cause === undefined || cause.code === "EPIPE") return undefined;
      return new WeftError("INTERNAL", `standard output cannot be written: ${cause.message}`, { cause });
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
