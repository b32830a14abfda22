// Records of the kernel into flows on the stream. Bounded in everything: records at a time, kinds of records in a window,
// batches that wait. What does not fit is counted, and the packets themselves never wait for any of this.
import { setTimeout as delay, setImmediate as turn } from "node:timers/promises";
import { recordKind, recordLayout } from "@weft/datapath";
import { type FlowLoss, type FlowStore, noLoss } from "@weft/log";
import { toWeftError, type WeftError } from "@weft/netaddr";
import type { KernelRecords } from "../kernel.ts";
import { monotonicStartMs } from "./clock.ts";
import { makeGrouper } from "./group.ts";
import { batchFlows, type Outbox, openOutbox } from "./outbox.ts";
import { type Names, resolveFlow } from "./resolve.ts";

/** What a recorder works with. */
interface RecorderOptions {
  readonly names: Names;
  /** The kernel's records; undefined as long as it has no place for them. */
  readonly open: () => Promise<KernelRecords | undefined>;
  readonly publish: FlowStore["publish"];
  readonly onFault: (error: WeftError) => void;
  /** Records that are alike within this time are one flow. */
  readonly windowMs?: number;
  /** Kinds of records in one window; others are lost. */
  readonly mostOpen?: number;
}

/** A recorder at work. */
export interface Recorder extends AsyncDisposable {
  /** Packets since the start: published, and lost. */
  totals: Outbox["totals"];
}

/** Records that are counted before whoever else waits for the event loop has a turn, and the pause then. */
const atOnce = 1024;
const pauseMs = 2;
/** How soon one looks again for the kernel's records. */
const againMs = 200;
/** And after something went wrong. */
const faultMs = 5000;

/** Starts recording. */
export function startRecorder(options: RecorderOptions): Recorder {
  const { names, onFault } = options;
  const outbox = openOutbox({ host: names.host, publish: options.publish, onFault });
  const stop = new AbortController();
  const running = runOn(options, outbox, stop.signal);
  return {
    totals: outbox.totals,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
      await outbox[Symbol.asyncDispose]();
    },
  };
}

/** Until it is stopped, whatever goes wrong. */
async function runOn(options: RecorderOptions, outbox: Outbox, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await run(options, outbox, signal);
    } catch (thrown) {
      if (signal.aborted) return;
      options.onFault(toWeftError(thrown));
      await delay(faultMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function run(options: RecorderOptions, outbox: Outbox, signal: AbortSignal): Promise<void> {
  let records = await options.open();
  while (records === undefined) {
    await delay(againMs, undefined, { signal });
    records = await options.open();
  }
  await using owned = records;
  const window = openWindow(options, owned, outbox);
  for await (const batch of owned.batches(signal)) {
    for (const [index, record] of batch.entries()) {
      window.add(record);
      if (index % atOnce === atOnce - 1) await delay(pauseMs);
    }
  }
  await window.close();
}

/** Groups records, and hands them over some time after the first. */
function openWindow(
  { names, onFault, windowMs = 500, mostOpen = 4096 }: RecorderOptions,
  records: KernelRecords,
  outbox: Outbox,
) {
  const open = makeGrouper(mostOpen);
  let timer: NodeJS.Timeout | undefined;
  let overflow = noLoss;
  let flushing: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    const taken = open.take();
    const startMs = monotonicStartMs();
    if (overflow !== noLoss) outbox.lose(overflow);
    overflow = noLoss;
    try {
      outbox.lose(await records.takeLosses());
    } catch (thrown) {
      // What is lost is told another time.
      onFault(toWeftError(thrown));
    }
    for (let from = 0; from < taken.length; from += batchFlows) {
      outbox.put(taken.slice(from, from + batchFlows).map((one) => resolveFlow(names, one, startMs)));
      await turn();
    }
    names.rules.keep(names.mesh.endpoints.get(names.host) ?? new Map());
  }

  function next(): Promise<void> {
    timer = undefined;
    flushing = flushing.then(flush).catch((thrown: unknown) => onFault(toWeftError(thrown)));
    return flushing;
  }

  return {
    add(record: Uint8Array): void {
      timer ??= setTimeout(next, windowMs);
      if (!open.add(record)) overflow = more(overflow, record);
    },
    async close(): Promise<void> {
      clearTimeout(timer);
      await next();
    },
  };
}

function more(overflow: FlowLoss, record: Uint8Array): FlowLoss {
  const kind = record[recordLayout.at.kind];
  const drops = kind === recordKind.drop || kind === recordKind.cut ? 1 : 0;
  return { ...noLoss, overflow: overflow.overflow + 1, drops: overflow.drops + drops };
}
