// Allocate calls a second against the floor of one aggregate, its appends one after the other, in one run:
// node services/identity/scripts/measure.ts
import { subjects } from "@weft/log";
import { startNats } from "@weft/log/testing";
import { connect } from "@weft/rpc";
import { startService } from "@weft/rpc/testing";

const seconds = 3;
const callsInFlight = [1, 16, 128, 1024];

await using nats = await startNats();
await using identity = await startService({
  main: new URL("../src/main.ts", import.meta.url),
  name: "identity",
  natsUrl: nats.url,
  seedFile: `${nats.directory}/seeds/identity.seed`,
});
using client = connect("Identity", identity.socket, { actor: "measure" });

/** How often a second `once` is done, `inFlight` of it at a time. */
async function rate(inFlight: number, once: (n: number) => Promise<unknown>): Promise<number> {
  let done = 0;
  const from = performance.now();
  const until = from + seconds * 1000;
  const worker = async () => {
    while (performance.now() < until) {
      done += 1;
      await once(done);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return (done / (performance.now() - from)) * 1000;
}

/** Another aggregate's appends, each waiting for the one before: what one call, one event would be bound by. */
async function floor(): Promise<number> {
  const log = await nats.connect("lb");
  const subject = subjects.service("default", "floor");
  let expected = 0;
  return rate(1, async (n) => {
    const data = { namespace: "default", name: "floor", source: `app: ${n}`, file: "", line: 1 };
    const event = { type: "ServiceApplied", data } as const;
    expected = (await log.append({ subject, event, expected, actor: "measure", cause: "measure" })).revision;
  });
}

const allocate = (tag: string) => (n: number) =>
  client.allocate({ sets: [{ labels: { app: `${tag}-${n}` } }] });
await rate(16, allocate("warm-up"));
const appends = await floor();
console.log(`appends of one aggregate, one at a time: ${Math.round(appends)}/s`);
for (const inFlight of callsInFlight) {
  const before = (await nats.connect("cli")).head();
  const calls = await rate(inFlight, allocate(`c${inFlight}`));
  const events = (await (await nats.connect("cli")).head()) - (await before);
  const each = (calls * seconds) / events;
  console.log(
    `Allocate, ${inFlight} in flight: ${Math.round(calls)}/s, ${(calls / appends).toFixed(2)} of the floor, ` +
      `${each.toFixed(1)} calls an event`,
  );
}

const setsPerCall = 32;
const many = (n: number) =>
  client.allocate({
    sets: Array.from({ length: setsPerCall }, (_, set) => ({ labels: { app: `many-${n}-${set}` } })),
  });
const label = `Allocate, 16 in flight, ${setsPerCall} sets a call`;
const sets = (await rate(16, many)) * setsPerCall;
console.log(`${label}: ${Math.round(sets)} sets/s, ${(sets / appends).toFixed(2)} of the floor`);
