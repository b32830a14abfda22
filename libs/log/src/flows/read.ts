import { WeftError } from "@weft/netaddr";
import { checkSignal, pause } from "../retry.ts";
import { type FlowFilter, flowMatches } from "./filter.ts";
import type { Flow, FlowLoss } from "./flow.ts";
import { sizeOfLoss } from "./flow.ts";
import type { FlowStore, StoredBatch } from "./store.ts";
import { decodeFlows } from "./wire.ts";

/** What of the recorded flows to read. */
export interface FlowRequest {
  /** Only flows that lasted until this time or later, in milliseconds since 1970. */
  readonly sinceMs?: number;
  /** Only flows that began by this time. */
  readonly untilMs?: number;
  /** Only so many, the newest. With `follow`: before the new ones; 0: none of the past. */
  readonly last?: number;
  readonly filter?: FlowFilter;
  /** Goes on with new flows until the signal aborts. */
  readonly follow?: boolean;
  /** Told of every loss in the part that is read, whatever the filter. */
  readonly onLost?: (host: string, lost: FlowLoss) => void;
  /** Told of each message that is no batch: what is not read is not to be missed without a word. */
  readonly onInvalid?: (error: WeftError) => void;
  readonly signal?: AbortSignal;
}

/** What has recorded flows: a log. */
export interface FlowSource {
  readonly flows: FlowStore;
}

/** Messages asked for at once. */
const window = 32;
/** How often who follows looks for new messages. */
const followMs = 100;
/** How far the clocks of hosts and server may be apart, and how late a batch may come because the server was away. */
const clockMs = 5_000;
const lateMs = 60_000;

/**
 * Recorded flows in the order in which they were stored; those of different hosts may overlap by a second. Who follows and
 * is slow is behind, and what went out of the stream meanwhile is passed over: publishers never wait.
 */
export async function* readFlows(source: FlowSource, request: FlowRequest = {}): AsyncGenerator<Flow> {
  const { flows: store } = source;
  const { last, follow = false, signal } = request;
  try {
    const bounds = await store.bounds(signal);
    const { sinceMs, untilMs } = request;
    const from =
      sinceMs === undefined ? bounds.first : await storedAt(store, bounds, sinceMs - clockMs, signal);
    const to =
      untilMs === undefined ? bounds.last : (await storedAt(store, bounds, untilMs + lateMs, signal)) - 1;
    if (last === undefined) yield* between(store, from, to, request);
    else yield* await newest(store, from, to, last, request);
    if (follow) yield* followed(store, bounds.last + 1, request);
  } catch (error) {
    // Being told to stop is how following ends.
    if (!follow || signal?.aborted !== true) throw error;
  }
}

/** One flow by its id, `<sequence>.<place>`; undefined when the stream does not have it any more. */
export async function flowById(
  source: FlowSource,
  id: string,
  signal?: AbortSignal,
): Promise<Flow | undefined> {
  const [, sequence, place] = /^([1-9]\d{0,15})\.(0|[1-9]\d{0,5})$/.exec(id) ?? [];
  if (sequence === undefined || place === undefined) {
    const expected = "an id as weft observe prints it, such as 1042.3";
    throw new WeftError("INVALID_ARGUMENT", `${JSON.stringify(id)} is no id of a flow`, {
      field: "flow",
      expected,
    });
  }
  const stored = await source.flows.get(Number(sequence), signal);
  if (stored === undefined) return undefined;
  return decodeFlows(stored.sequence, stored.host, stored.data).flows[Number(place)];
}

/** The first message that was stored at a time or later: bisection. */
async function storedAt(
  store: FlowStore,
  { first, last }: { readonly first: number; readonly last: number },
  timeMs: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  let [low, high] = [first, last + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const stored = await store.get(middle, signal);
    // What has gone meanwhile was older than anything that is there.
    if (stored === undefined || stored.storedMs < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Messages of a range, many asked for at once, handed out in order. */
async function* messages(
  store: FlowStore,
  from: number,
  to: number,
  step: 1 | -1,
  signal: AbortSignal | undefined,
): AsyncGenerator<StoredBatch> {
  const pending: Promise<StoredBatch | undefined>[] = [];
  let next = from;
  const left = () => (to - next) * step >= 0;
  const more = (): void => {
    for (; pending.length < window && left(); next += step) {
      const asked = store.get(next, signal);
      asked.catch(() => undefined);
      pending.push(asked);
    }
  };
  for (more(); pending.length > 0; more()) {
    const stored = await pending.shift();
    checkSignal(signal);
    if (stored !== undefined) yield stored;
  }
}

/** The wanted flows of a message; its losses are told. */
function flowsIn(stored: StoredBatch, request: FlowRequest): Flow[] {
  const { filter = {}, sinceMs = 0, untilMs = Number.POSITIVE_INFINITY, onLost, onInvalid } = request;
  try {
    const { flows, lost } = decodeFlows(stored.sequence, stored.host, stored.data);
    if (sizeOfLoss(lost) > 0) onLost?.(stored.host, lost);
    return flows.filter(
      (flow) => flow.lastMs >= sinceMs && flow.firstMs <= untilMs && flowMatches(filter, flow),
    );
  } catch (error) {
    if (!(error instanceof WeftError)) throw error;
    onInvalid?.(error);
    return [];
  }
}

async function* between(
  store: FlowStore,
  from: number,
  to: number,
  request: FlowRequest,
): AsyncGenerator<Flow> {
  for await (const stored of messages(store, from, to, 1, request.signal)) {
    yield* flowsIn(stored, request);
  }
}

/** The newest flows of a range, oldest of them first. */
async function newest(
  store: FlowStore,
  from: number,
  to: number,
  most: number,
  request: FlowRequest,
): Promise<Flow[]> {
  const found: Flow[] = [];
  if (most > 0) {
    for await (const stored of messages(store, to, from, -1, request.signal)) {
      found.push(...flowsIn(stored, request).reverse());
      if (found.length >= most) break;
    }
  }
  return found.slice(0, most).reverse();
}

async function* followed(store: FlowStore, from: number, request: FlowRequest): AsyncGenerator<Flow> {
  let next = from;
  for (;;) {
    const { first, last } = await store.bounds(request.signal);
    // A stream that ends before what has been seen is another one.
    next = last < next - 1 ? first : Math.max(next, first);
    for await (const stored of messages(store, next, last, 1, request.signal))
      yield* flowsIn(stored, request);
    next = last + 1;
    await pause(followMs, request.signal);
  }
}
