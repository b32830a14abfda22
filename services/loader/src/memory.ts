// What a host remembers from one start of its loader to the next: how far, and in which log, its kernel has come.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Log, LogReplaced, type Mark, Trail } from "@weft/log";
import { z } from "zod";

/** Digests of the two objects that all programs of a host come from: of containers without a policy of their own, and of the uplink. */
export interface SharedDigests {
  readonly container: string;
  readonly uplink: string;
}

/** The memory of one host. */
export interface Memory {
  /** What this host used last; undefined when it never used any. */
  shared(): SharedDigests | undefined;
  /** This host uses these from now on. */
  noteShared(digests: SharedDigests): void;
  /** What the log lost of what this host had enforced, and when it was noticed; "" for nothing, or long ago. */
  lost(): string;
  /** The kernel is about to be brought to what is on record up to here. */
  note(mark: Mark): void;
  /** The log is not the one that the kernel was brought to. What follows is noted when the kernel is free of it. */
  replaced(error: LogReplaced): void;
  /** Whether something of a log that is no more may be in the kernel; asks the log. */
  isStale(log: Pick<Log, "check">, signal: AbortSignal): Promise<boolean>;
  /** The kernel has nothing of that log any more. */
  freed(mark: Mark): void;
}

/** As long as an operator may be away. */
const toldMs = 48 * 60 * 60 * 1000;

const content = z.object({
  mark: z.object({ revision: z.number(), id: z.string(), missing: z.number() }).optional(),
  lost: z.object({ text: z.string(), atMs: z.number() }).optional(),
  shared: z.object({ container: z.string(), uplink: z.string() }).optional(),
});

/** Opens the memory in a file. Where it cannot be written, it lasts as long as the process; `onFault` is told once, until it can be again. */
export function openMemory(file: string, onFault: (error: unknown) => void): Memory {
  let { mark, lost, shared } = read(file);
  let stale = false;
  let failed = false;

  function write(): void {
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(`${file}.tmp`, JSON.stringify({ mark, lost, shared }), { mode: 0o600 });
      renameSync(`${file}.tmp`, file);
      failed = false;
    } catch (error) {
      if (!failed) onFault(error);
      failed = true;
    }
  }

  function replaced({ message }: LogReplaced): void {
    stale = true;
    lost = { text: message, atMs: Date.now() };
    write();
  }

  return {
    shared: () => shared,
    noteShared(digests) {
      if (shared?.container === digests.container && shared.uplink === digests.uplink) return;
      shared = digests;
      write();
    },
    lost() {
      if (lost === undefined || Date.now() - lost.atMs > toldMs) return "";
      return `${new Date(lost.atMs).toISOString()}: ${lost.text}; this host goes by what is on record`;
    },
    note(next) {
      if (stale || next.revision === mark?.revision) return;
      mark = next;
      write();
    },
    replaced,
    async isStale(log, signal) {
      if (!stale && mark !== undefined) {
        try {
          await log.check(Trail.from(mark), signal);
        } catch (error) {
          if (!(error instanceof LogReplaced)) throw error;
          replaced(error);
        }
      }
      return stale;
    },
    freed(next) {
      stale = false;
      mark = next;
      write();
    },
  };
}

function read(file: string): z.infer<typeof content> {
  try {
    return content.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // There is none yet, or it is no help.
    return {};
  }
}
