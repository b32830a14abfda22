import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compile } from "../test/compile.ts";
import { kernelTest } from "../test/needs.ts";
import { BpfMap, ObjectSpec, RingBuffer } from "./index.ts";

describe("RingBuffer", kernelTest, () => {
  test("every record arrives once, in order, over many batches", async () => {
    using object = await ObjectSpec.open(await compile("events")).load();
    await using ring = RingBuffer.open(object.map("events"), { intervalMs: 1 });
    const rounds = 20;
    const sending = (async () => {
      for (let round = 0; round < rounds; round++) {
        await object.program("tell").testRun({ data: new Uint8Array(64), repeat: 1000 });
      }
    })();
    let expected = 0;
    for await (const batch of ring.batches({ signal: AbortSignal.timeout(20_000) })) {
      for (const record of batch) {
        const event = new DataView(record.buffer, record.byteOffset, record.byteLength);
        assert.equal(event.getUint32(0, true), expected++);
        assert.equal(event.getUint32(4, true), 64);
      }
      if (expected === rounds * 1000) break;
    }
    await sending;
    assert.equal(expected, rounds * 1000);
    assert.equal(object.map(".bss").typed<number, { lost: number }>().lookup(0)?.lost, 0);
  });

  test("what is in the ring comes at once, also in more bytes than one batch takes", async () => {
    using object = await ObjectSpec.open(await compile("events")).load();
    const records = 3000; // of 4 KiB: three batches, each full by its bytes
    await object.program("shout").testRun({ data: new Uint8Array(64), repeat: records });
    await using ring = RingBuffer.open(object.map("large"), { intervalMs: 3_600_000 });
    let seen = 0;
    for await (const batch of ring.batches({ signal: AbortSignal.timeout(20_000) })) {
      seen += batch.length;
      if (seen === records) break;
    }
    assert.equal(seen, records);
  });

  test("waiting ends at abort, and at close, without an error", async () => {
    using object = await ObjectSpec.open(await compile("events")).load();
    const ring = RingBuffer.open(object.map("events"));
    const controller = new AbortController();
    const waiting = Array.fromAsync(ring.batches({ signal: controller.signal }));
    controller.abort();
    assert.deepEqual(await waiting, []);
    const again = Array.fromAsync(ring.batches());
    await ring.close();
    await ring.close();
    assert.deepEqual(await again, []);
  });

  test("a map that is no ring is refused", () => {
    using map = BpfMap.create({ type: "array", keySize: 4, valueSize: 4, maxEntries: 1 });
    assert.throws(() => RingBuffer.open(map), { code: "EINVAL" });
  });
});
