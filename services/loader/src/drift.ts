// Repairs of what somebody else changed in the kernel, on record: DriftRepaired on the subject of the host.
import { setTimeout as delay } from "node:timers/promises";
import { type Log, openAggregate, subjects } from "@weft/log";
import { newCause } from "@weft/rpc";
import { describe } from "./domain/describe.ts";
import { hostDecider } from "./domain/host.ts";
import type { Operation } from "./domain/operation.ts";

/** Puts repairs on record. */
interface DriftRecord extends AsyncDisposable {
  /** These operations have been done; they are on record soon, and together with others that come meanwhile. */
  repaired(operations: readonly Operation[]): void;
}

/** What it needs. */
interface DriftRecordOptions {
  readonly log: Log;
  readonly host: string;
  readonly actor: string;
  /** It could not be put on record and is tried again. */
  readonly onFault: (error: unknown) => void;
  /** From one event to the next, at least. */
  readonly intervalMs?: number;
}

/** Operations that one event names; of more it says how many there were. */
export const mostOperations = 64;

interface Waiting {
  readonly operations: readonly string[];
  readonly omitted: number;
  readonly repairedAtMs: number;
}

function join(one: Waiting, other: Waiting): Waiting {
  const all = [...one.operations, ...other.operations];
  const operations = all.slice(0, mostOperations);
  const omitted = one.omitted + other.omitted + all.length - operations.length;
  return { operations, omitted, repairedAtMs: one.repairedAtMs };
}

/** Starts a record. What has not reached the log when it is disposed is only in the process's own output. */
export function openDriftRecord(options: DriftRecordOptions): DriftRecord {
  const { log, host, actor, onFault, intervalMs = 1000 } = options;
  const stop = new AbortController();
  const { signal } = stop;
  let waiting: Waiting | undefined;
  let writing: Promise<void> | undefined;

  async function write(data: Waiting): Promise<void> {
    const aggregate = await openAggregate(log, {
      subject: subjects.host(host),
      decider: hostDecider,
      signal,
    });
    const command = { kind: "repair", data: { host, ...data } } as const;
    await aggregate.execute(command, { actor, cause: newCause("Loader/Repair"), signal });
  }

  async function writeAll(): Promise<void> {
    while (waiting !== undefined && !signal.aborted) {
      const data: Waiting = waiting;
      waiting = undefined;
      try {
        await write(data);
      } catch (error) {
        if (signal.aborted) return;
        waiting = waiting === undefined ? data : join(data, waiting);
        onFault(error);
      }
      await delay(intervalMs, undefined, { signal }).catch(() => undefined);
    }
    writing = undefined;
  }

  return {
    repaired(operations) {
      const texts = operations.map(describe);
      const found = { operations: texts, omitted: 0, repairedAtMs: Date.now() };
      waiting = join(waiting ?? { ...found, operations: [] }, found);
      writing ??= writeAll();
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await writing;
    },
  };
}
