import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startNats } from "@weft/log/testing";
import { startService } from "@weft/rpc/testing";
import { type ReceivedSpan, readSpans, startOtlpReceiver } from "@weft/telemetry/testing";

const run = promisify(execFile);
const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Waits for a condition, for 10 s at most. */
async function until<Found>(find: () => Found | undefined | Promise<Found | undefined>): Promise<Found> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    assert.ok(Date.now() < deadline, "waited for 10 s");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("three processes, gRPC from A to B and NATS from B to C: one trace with the right parents", async () => {
  await using nats = await startNats();
  await using receiver = await startOtlpReceiver();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint };
  await using identity = await startService({
    main: new URL("./main.ts", import.meta.url),
    name: "identity",
    natsUrl: nats.url,
    seedFile: `${nats.directory}/seeds/identity.seed`,
    env,
  });
  const options = { env: { ...process.env, ...env } };
  await run(process.execPath, [file("./test/caller.ts"), identity.socket], options);
  await run(process.execPath, [file("./test/follower.ts"), nats.url, nats.seed("cli")], options);
  const find = (service: string, name: string) =>
    receiver.spans.find((span) => span.service === service && span.name === name);
  const handle = await until(() => find("weft-follower", "handle"));
  const batch = await until(() => find("weft-identity", "identity.allocate"));

  const { traceId } = handle;
  const members = receiver.spans.filter((span) => span.traceId === traceId);
  assert.deepEqual(pathOf(handle, members).slice(0, 4), [
    "weft-caller ask",
    "weft-caller weft.v1.Identity/Allocate",
    "weft-identity weft.v1.Identity/Allocate",
    "weft-identity identity.allocate",
  ]);
  assert.equal(pathOf(handle, members).at(-1), "weft-follower handle");
  assert.deepEqual(pathOf(batch, members).slice(-1), ["weft-identity identity.allocate"]);
  assert.equal(members.filter(({ parentSpanId }) => parentSpanId === "").length, 1, "one root");
  assert.deepEqual([...receiver.contentTypes], ["application/x-protobuf"], "the default protocol");

  // The same spans of B without any collector, where `weft trace` finds them.
  const log = await nats.connect("cli");
  const stored = await until(async () => {
    const messages = await log.readTrace(traceId);
    const spans = messages.flatMap((bytes) => readSpans(bytes, "application/json"));
    return spans.some(({ name }) => name === "weft.v1.Identity/Allocate") ? spans : undefined;
  });
  const ofIdentity = members.filter(({ service }) => service === "weft-identity");
  assert.deepEqual(stored.map(text).sort(), ofIdentity.map(text).sort());
});

/** From the root to a span. */
function pathOf(span: ReceivedSpan, members: readonly ReceivedSpan[]): string[] {
  const parent = members.find(({ spanId }) => spanId === span.parentSpanId);
  assert.ok(
    parent !== undefined || span.parentSpanId === "",
    `${span.name} has a parent that was not received`,
  );
  return [...(parent === undefined ? [] : pathOf(parent, members)), `${span.service} ${span.name}`];
}

function text(span: ReceivedSpan): string {
  return JSON.stringify(span);
}
