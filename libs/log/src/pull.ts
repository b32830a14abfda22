import { AckPolicy, type ConsumerConfig, DeliverPolicy } from "@nats-io/jetstream";
import { type Msg, nanos } from "@nats-io/transport-node";
import { WeftError } from "@weft/netaddr";
import { type Core, getStored, onThisConnection } from "./core.ts";
import { fromNats } from "./errors.ts";
import { Mailbox } from "./mailbox.ts";
import { idOf } from "./mark.ts";
import { LogReplaced } from "./replaced.ts";
import { abortable, backoff } from "./retry.ts";

/** Part of a stream: sequences `from`..`to`, of one subject filter. */
export type Range = {
  readonly stream: string;
  readonly from: number;
  readonly to: number;
  readonly subject?: string | undefined;
};

/** A message with its place in the stream. */
export type Delivered = { readonly message: Msg; readonly revision: number };

/** Messages asked for at once; 5,000 replays fastest (measured), and bounds what waits in memory. */
const batchSize = 5_000;
/** Silence after which a pull counts as lost. */
const stallMs = 3_000;
/** Failures in a row after which a pull gives up. */
const maxFailures = 12;

/**
 * Reads what the stream holds of a range, in order, without gaps, in batches: a throw-away pull consumer whose
 * delivery sequence is checked, made anew from the last good message when anything goes wrong. The library's ordered
 * consumer does the same but cannot be bounded: it waits for messages that do not come.
 */
export async function* pull(core: Core, range: Range, signal?: AbortSignal): AsyncGenerator<Delivered[]> {
  let from = range.from;
  let last: Delivered | undefined;
  for (let failures = 0; from <= range.to; ) {
    try {
      for await (const batch of pullOnce(core, { ...range, from }, signal)) {
        if (failures > 0 && last !== undefined) await stillThere(core, range.stream, last, signal);
        last = batch.at(-1);
        from = (last?.revision ?? from) + 1;
        failures = 0;
        yield batch;
      }
      return;
    } catch (error) {
      failures += 1;
      if (!(error instanceof WeftError) || error.code !== "UNAVAILABLE" || failures > maxFailures)
        throw error;
    }
    await backoff(failures + 3, signal);
    // A server that does not know yet that a part of its file is damaged promises more than it has.
    const next = await nextStored(core, range, from, signal);
    if (next === undefined) return;
    from = next;
  }
}

/** Where there is something to read, at or after a place. */
async function nextStored(
  core: Core,
  { stream, subject = ">" }: Range,
  from: number,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const found = await getStored(core, stream, { seq: from, next_by_subj: subject }, signal);
  return found?.seq;
}

/** What was interrupted may go on in another stream of the same name: both halves together are no history. */
async function stillThere(
  core: Core,
  stream: string,
  { message, revision }: Delivered,
  signal: AbortSignal | undefined,
): Promise<void> {
  const found = await getStored(core, stream, { seq: revision }, signal);
  if (found !== undefined && idOf(found.header, found.data) === idOf(message.headers, message.data)) return;
  const text = `while ${stream} was read it lost revision ${revision}, or was replaced`;
  const error = new LogReplaced(text, { known: revision, head: 0, common: 0 });
  core.onReplaced(error);
  throw error;
}

async function* pullOnce(core: Core, range: Range, signal?: AbortSignal): AsyncGenerator<Delivered[]> {
  const { name, pending } = await openConsumer(core, range, signal);
  const box = new Mailbox<Delivered>();
  const inbox = core.inbox();
  let delivered = 0;
  const subscription = core.nats.subscribe(inbox, {
    callback(error, message) {
      const place = error === null ? placeOf(message) : undefined;
      delivered += 1;
      if (place?.delivery === delivered) box.put({ message, revision: place.revision });
      else box.fail(error === null ? lost(message) : fromNats(error, "reading the log"));
    },
  });
  const unwatch = core.onReconnect(() => box.fail(new WeftError("UNAVAILABLE", "the connection was lost")));
  try {
    let consumed = 0;
    let requested = 0;
    while (consumed < pending) {
      const wanted = Math.min(batchSize, pending - requested, range.to - range.from + 1 - requested);
      if (wanted > 0 && requested - consumed <= batchSize / 2) {
        requested += wanted;
        const request = JSON.stringify({ batch: wanted, expires: nanos(2 * stallMs) });
        core.nats.publish(`$JS.API.CONSUMER.MSG.NEXT.${range.stream}.${name}`, request, { reply: inbox });
      }
      if (!(await box.wait(stallMs, signal))) throw new WeftError("UNAVAILABLE", "the log does not answer");
      const batch = box.take();
      consumed += batch.length;
      const last = batch.at(-1)?.revision ?? 0;
      const inside = last > range.to ? batch.filter(({ revision }) => revision <= range.to) : batch;
      if (inside.length > 0) yield inside;
      if (last >= range.to) return;
    }
  } finally {
    unwatch();
    subscription.unsubscribe();
    if (!core.nats.isClosed()) core.nats.publish(`$JS.API.CONSUMER.DELETE.${range.stream}.${name}`);
  }
}

/** A consumer that the server forgets by itself, should we not come to delete it. */
async function openConsumer(
  core: Core,
  range: Range,
  signal: AbortSignal | undefined,
): Promise<{ name: string; pending: number }> {
  const config: Partial<ConsumerConfig> = {
    name: `weft-${crypto.randomUUID()}`,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: Math.max(range.from, 1),
    ack_policy: AckPolicy.None,
    inactive_threshold: nanos(30_000),
    mem_storage: true,
    num_replicas: 1,
    ...(range.subject === undefined ? {} : { filter_subject: range.subject }),
  };
  try {
    const added = onThisConnection(core, core.manager.consumers.add(range.stream, config));
    const info = await abortable(added, signal);
    return { name: info.name, pending: info.num_pending };
  } catch (error) {
    throw fromNats(error, `reading ${range.stream}`);
  }
}

/** Sequences out of `$JS.ACK.<stream>.<consumer>.<tries>.<stream seq>.<consumer seq>.<time>.<pending>`. */
function placeOf(message: Msg): { revision: number; delivery: number } | undefined {
  const tokens = message.reply?.split(".") ?? [];
  if (tokens[0] !== "$JS" || tokens[1] !== "ACK" || tokens.length < 9) return undefined;
  // Newer servers put domain and account before the stream.
  const first = tokens.length === 9 ? 5 : 7;
  return { revision: Number(tokens[first]), delivery: Number(tokens[first + 1]) };
}

function lost(message: Msg): WeftError {
  const status = message.headers?.description;
  return new WeftError("UNAVAILABLE", `delivery was interrupted${status ? `: ${status}` : ""}`);
}
