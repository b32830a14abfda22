// What becomes of a process whose collector is down: nothing.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { startBlackHole } from "./black-hole.ts";
import { startOtlpReceiver } from "./otlp-receiver.ts";

const index = new URL("./index.ts", import.meta.url).href;

/** Long enough that only who does not wait for a collector ends within the test's limit. */
const exporterMs = 600_000;
const limit = { timeout: 60_000 };

/** A process that makes spans, flushes twice, and ends as commands do; answers what it was told of its collector. */
async function traced(env: Readonly<Record<string, string>>): Promise<string[]> {
  const script = `
    const { startTelemetry, withSpan } = await import(${JSON.stringify(index)});
    const told = [];
    const telemetry = startTelemetry({ service: "x", onLost: (reason) => told.push(reason) });
    for (let n = 0; n < 3000; n += 1) await withSpan("s", {}, () => undefined);
    await telemetry.flush();
    await telemetry.flush();
    process.stdout.write(JSON.stringify(told), () => process.exit());
  `;
  const variables = { ...process.env, OTEL_EXPORTER_OTLP_TIMEOUT: String(exporterMs), ...env };
  const args = ["--input-type=module", "-e", script];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env: variables });
  assert.equal(stderr, "");
  return JSON.parse(stdout);
}

for (const protocol of ["http/protobuf", "http/json", "grpc"]) {
  test(
    `a collector that takes connections and never answers holds nobody up, and is told once (${protocol})`,
    limit,
    async () => {
      await using hole = await startBlackHole();
      const told = await traced({
        OTEL_EXPORTER_OTLP_ENDPOINT: hole.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      });
      assert.deepEqual(told, [`${hole.url}: it did not take them within 500 ms`]);
    },
  );
}

test("a collector that refuses connections, or whose name nobody knows, is told once", limit, async () => {
  const { url, [Symbol.asyncDispose]: close } = await startBlackHole();
  await close();
  for (const endpoint of [url, "http://collector.invalid:4318"]) {
    const told = await traced({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    assert.equal(told.length, 1, told.join("\n"));
    assert.ok(told[0]?.startsWith(`${endpoint}: `), told[0]);
  }
});

test("a collector that answers gets what there is, and nothing is told", limit, async () => {
  await using receiver = await startOtlpReceiver();
  assert.deepEqual(await traced({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint }), []);
  assert.ok(receiver.spans.length >= 2048, `${receiver.spans.length} spans`);
});
