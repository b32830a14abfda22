// Flows on their way to the stream: in batches, one after the other, and bounded. Whoever puts some in never waits.
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import {
  addLoss,
  encodeFlows,
  type FlowLoss,
  type FlowStore,
  type NewFlow,
  noLoss,
  sizeOfLoss,
} from "@weft/log";
import { isWeftError, toWeftError, type WeftError } from "@weft/netaddr";

/** Takes flows and losses to the stream. */
export interface Outbox extends AsyncDisposable {
  /** Flows to be published, at most `batchFlows`. When too many wait already they are lost, and counted. */
  put(flows: readonly NewFlow[]): void;
  /** Packets that were lost before they came here: the next batch tells of them. */
  lose(lost: FlowLoss): void;
  /** Packets since the start: published, and lost here and before. */
  totals(): { readonly recorded: number; readonly lost: FlowLoss };
}

/** Where to, and how much may wait. */
export interface OutboxOptions {
  readonly host: string;
  readonly publish: FlowStore["publish"];
  /** A batch could not be handed in: told once, until it can be again. */
  readonly onFault: (error: WeftError) => void;
  /** Batches that may wait. */
  readonly most?: number;
  /** From one attempt to the next. */
  readonly retryMs?: number;
}

/** Flows of one message. */
export const batchFlows = 256;

/** What a loader that ends still waits for. */
const lastMs = 1000;

/** Opens an empty outbox. */
export function openOutbox(options: OutboxOptions): Outbox {
  const { host, most = 64 } = options;
  const stop = new AbortController();
  const courier = openCourier(options, stop.signal);
  const waiting: (readonly NewFlow[])[] = [];
  let untold = noLoss;
  let lost = noLoss;
  let recorded = 0;
  let wake = (): void => undefined;

  function lose(more: FlowLoss): void {
    lost = addLoss(lost, more);
    untold = addLoss(untold, more);
    wake();
  }

  /** Publishes flows; too large for one message, half of them at a time. */
  async function send(flows: readonly NewFlow[], told: FlowLoss): Promise<void> {
    const data = encodeFlows(host, { flows, lost: told });
    if (data.length > messageBytes && flows.length > 1) {
      const half = flows.length >> 1;
      await send(flows.slice(0, half), told);
      await send(flows.slice(half), noLoss);
    } else if (await courier.deliver(data)) {
      recorded += packetsOf(flows);
    } else {
      untold = addLoss(untold, told);
      lose(unpublished(flows));
    }
  }

  async function run(): Promise<void> {
    for (;;) {
      const [flows] = waiting;
      if (flows !== undefined || sizeOfLoss(untold) > 0) {
        const told = untold;
        untold = noLoss;
        await send(flows ?? [], told);
        if (flows !== undefined) waiting.shift();
      }
      if (stop.signal.aborted) return;
      if (waiting.length === 0 && sizeOfLoss(untold) === 0) {
        await new Promise<void>((resolve) => (wake = resolve));
      }
    }
  }

  const running = run();
  return {
    put(flows) {
      if (flows.length === 0) return;
      if (waiting.length >= most) return lose(unpublished(flows));
      waiting.push(flows);
      wake();
    },
    lose,
    totals: () => ({ recorded, lost }),
    async [Symbol.asyncDispose]() {
      const deadline = performance.now() + lastMs;
      while (waiting.length > 0 && performance.now() < deadline && !courier.failing) await delay(10);
      stop.abort();
      wake();
      await running;
    },
  };
}

/** Hands batches in, one after the other. */
function openCourier({ host, publish, onFault, retryMs = 250 }: OutboxOptions, stop: AbortSignal) {
  // A batch that is handed in again is the same message.
  const life = randomUUID();
  let batches = 0;
  let failing = false;
  return {
    /** Whether the last attempt was in vain. */
    get failing() {
      return failing;
    },
    /** Hands one batch in. False: the loader ends, or it will never be taken. */
    async deliver(data: Uint8Array): Promise<boolean> {
      batches += 1;
      const id = `${life}.${batches}`;
      for (let again = true; again; ) {
        try {
          await publish(host, data, id);
          failing = false;
          return true;
        } catch (thrown) {
          if (!failing) onFault(toWeftError(thrown));
          failing = true;
          again = isWeftError(thrown, "UNAVAILABLE") && !stop.aborted;
        }
        await delay(retryMs, undefined, { signal: stop }).catch(() => undefined);
      }
      return false;
    },
  };
}

/** Largest message that NATS takes is 1 MiB. */
const messageBytes = 900_000;

function packetsOf(flows: readonly NewFlow[]): number {
  return flows.reduce((sum, { count }) => sum + count, 0);
}

function unpublished(flows: readonly NewFlow[]): FlowLoss {
  const drops = flows.filter(({ verdict }) => verdict === "DROPPED" || verdict === "CUT");
  return { ...noLoss, unpublished: packetsOf(flows), drops: packetsOf(drops) };
}
