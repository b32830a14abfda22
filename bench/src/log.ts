// The event log beside its floor: the same server and client library without Weft's envelope and decoding.
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { headers } from "@nats-io/transport-node";
import type { Log } from "@weft/log";
import { startNats } from "@weft/log/testing";

const inFlight = 128;

/** Operations a second of Weft and of its floor. */
type LogRow = { readonly name: string; readonly weft: number; readonly floor: number };

async function rate(count: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (count / (performance.now() - start)) * 1000;
}

/** Runs `each(i)` for 0..count-1 in `lanes` sequences, so that calls of one lane follow one another. */
async function lanes(count: number, width: number, each: (lane: number) => Promise<void>): Promise<void> {
  const perLane = Math.ceil(count / width);
  await Promise.all(
    Array.from({ length: width }, async (_, lane) => {
      for (let i = 0; i < perLane; i++) await each(lane);
    }),
  );
}

/** Appends options events, each lane to a subject of its own, expecting what it wrote before. */
function weftAppend(log: Log, prefix: string): (lane: number) => Promise<void> {
  const last = new Map<number, number>();
  return async (lane) => {
    const { revision } = await log.append({
      subject: `weft.log.option.${prefix}${lane}`,
      event: { type: "OptionsSet", data: { scope: `${prefix}${lane}`, values: { key: "value" } } },
      expected: last.get(lane) ?? 0,
      actor: "bench",
      cause: "bench",
    });
    last.set(lane, revision);
  };
}

function floorAppend(log: Log, prefix: string): (lane: number) => Promise<void> {
  const stream = jetstream(log.nats);
  const payload = new Uint8Array(64);
  const last = new Map<number, number>();
  return async (lane) => {
    const extra = headers();
    extra.set("ce-id", crypto.randomUUID());
    const ack = await stream.publish(`bench.${prefix}${lane}`, payload, {
      headers: extra,
      expect: { lastSubjectSequence: last.get(lane) ?? 0 },
    });
    last.set(lane, ack.seq);
  };
}

async function replay(log: Log): Promise<number> {
  let seen = 0;
  for await (const _ of log.read()) seen++;
  return seen;
}

async function floorReplay(log: Log, stream: string, count: number): Promise<void> {
  const consumer = await jetstream(log.nats).consumers.get(stream, {});
  const messages = await consumer.consume({ max_messages: 5000 });
  let seen = 0;
  for await (const _ of messages) if (++seen === count) break;
}

/** Append one at a time, append in flight (`events` of them), replay. */
export async function measureLog(events: number): Promise<LogRow[]> {
  const alone = Math.ceil(events / 13);
  await using nats = await startNats();
  const log = await nats.connect("admin");
  const manager = await jetstreamManager(log.nats);
  await manager.streams.add({ name: "BENCH", subjects: ["bench.>"] });
  const weftOne = weftAppend(log, "one");
  const floorOne = floorAppend(log, "one");
  const rows: LogRow[] = [
    {
      name: "append, one at a time",
      floor: await rate(alone, () => lanes(alone, 1, floorOne)),
      weft: await rate(alone, () => lanes(alone, 1, weftOne)),
    },
    {
      name: `append, ${inFlight} aggregates in flight`,
      floor: await rate(events, () => lanes(events, inFlight, floorAppend(log, "many"))),
      weft: await rate(events, () => lanes(events, inFlight, weftAppend(log, "many"))),
    },
  ];
  const stored = (await manager.streams.info("BENCH")).state.messages;
  const floor = await rate(stored, () => floorReplay(log, "BENCH", stored));
  const weft = await rate(await log.head(), async () => void (await replay(log)));
  rows.push({ name: `replay of ${stored} events`, weft, floor });
  return rows;
}
