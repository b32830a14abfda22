import { type Context, context, type Link, trace } from "@opentelemetry/api";
import { isWeftError, WeftError } from "@weft/netaddr";
import { withSpan } from "@weft/telemetry";

/** How calls are combined. */
export interface BatcherOptions<Item, Result> {
  /** Name of the span around each batch. */
  readonly name: string;
  /** Does all of a batch or nothing of it; answers in the order of the items. */
  readonly run: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** What an item takes of a batch's `limit`; 1 by default. */
  readonly weight?: (item: Item) => number;
  readonly limit: number;
  /** Only items of equal keys share a batch. */
  readonly key?: (item: Item) => string;
  /** Items that may wait; beyond it a call is refused as RESOURCE_EXHAUSTED. 16,384 by default. */
  readonly queueLimit?: number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly from: Context;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Combines calls that arrive while one is under way: a call alone goes at once, many share one append. When a batch is
 * refused, its halves are tried, down to single calls, so that one caller's mistake is no other's. A batch is traced below its first
 * call and linked to the others.
 */
export function batcher<Item, Result>(
  options: BatcherOptions<Item, Result>,
): (item: Item, signal?: AbortSignal) => Promise<Result> {
  let queue: Waiting<Item, Result>[] = [];
  let running = false;

  async function drain(): Promise<void> {
    running = true;
    while (queue.length > 0) {
      queue = queue.filter(dropAborted);
      const [batch, rest] = take(queue, options);
      queue = rest;
      if (batch.length > 0) await settle(batch, options);
    }
    running = false;
  }

  return (item, signal) =>
    new Promise((resolve, reject) => {
      if (queue.length >= (options.queueLimit ?? 16_384)) {
        return reject(
          new WeftError("RESOURCE_EXHAUSTED", `${options.name}: ${queue.length} calls are waiting already`),
        );
      }
      queue.push({ item, from: context.active(), signal, resolve, reject });
      if (!running) void drain();
    });
}

function dropAborted<Item, Result>(waiting: Waiting<Item, Result>): boolean {
  if (!waiting.signal?.aborted) return true;
  waiting.reject(waiting.signal.reason);
  return false;
}

/** The first item and all later ones of its key that fit; and what is left, in order. */
function take<Item, Result>(
  queue: readonly Waiting<Item, Result>[],
  options: BatcherOptions<Item, Result>,
): [Waiting<Item, Result>[], Waiting<Item, Result>[]] {
  const { limit, key = () => "", weight = () => 1 } = options;
  const batch: Waiting<Item, Result>[] = [];
  const rest: Waiting<Item, Result>[] = [];
  const first = queue[0];
  let total = 0;
  for (const waiting of queue) {
    const heavier = total + weight(waiting.item);
    const fits = batch.length === 0 || heavier <= limit;
    if (first === undefined || !fits || key(waiting.item) !== key(first.item)) {
      rest.push(waiting);
      continue;
    }
    batch.push(waiting);
    total = heavier;
  }
  return [batch, rest];
}

async function settle<Item, Result>(
  batch: readonly Waiting<Item, Result>[],
  options: BatcherOptions<Item, Result>,
): Promise<void> {
  try {
    const results = await runTraced(batch, options);
    for (const [index, waiting] of batch.entries()) waiting.resolve(results[index] as Result);
  } catch (error) {
    if (batch.length > 1 && isRefusal(error)) {
      // In halves, so that one bad call among hundreds costs a handful of batches more and not hundreds.
      const half = Math.ceil(batch.length / 2);
      await settle(batch.slice(0, half), options);
      await settle(batch.slice(half), options);
    } else {
      for (const waiting of batch) waiting.reject(error);
    }
  }
}

function runTraced<Item, Result>(
  batch: readonly Waiting<Item, Result>[],
  { name, run }: BatcherOptions<Item, Result>,
): Promise<readonly Result[]> {
  const [first, ...others] = batch;
  const links = others.flatMap(({ from }): Link[] => {
    const span = trace.getSpanContext(from);
    return span === undefined ? [] : [{ context: span }];
  });
  const placed = { parent: first?.from ?? context.active(), links: links.slice(0, 128) };
  return withSpan(
    name,
    { "weft.batch.size": batch.length },
    () => run(batch.map(({ item }) => item)),
    placed,
  );
}

/** What a decider says no with; faults of the log would only be repeated. */
function isRefusal(error: unknown): boolean {
  if (!isWeftError(error)) return false;
  return !["UNAVAILABLE", "DEADLINE_EXCEEDED", "ABORTED", "INTERNAL", "CANCELLED"].includes(error.code);
}
