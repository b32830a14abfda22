import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { Objm } from "@nats-io/obj";
import { isWeftError } from "@weft/netaddr";
import { startNats } from "./start-nats.ts";
import { objectsBucket } from "./streams.ts";

test("bytes of every size come back as they were, with their SHA-256", async () => {
  await using nats = await startNats();
  const bucket = (await nats.connect("compiler")).objects(objectsBucket);
  const reader = (await nats.connect("loader-a")).objects(objectsBucket);
  for (const size of [0, 1, 131_072, 131_073, 700_000]) {
    const bytes = Uint8Array.from(randomBytes(size));
    const sha256 = await bucket.put(`object/${size}`, bytes, { metadata: { kind: "container" } });
    assert.equal(sha256, createHash("sha256").update(bytes).digest("hex"));
    assert.deepEqual(await reader.get(`object/${size}`), bytes);
    const info = { name: `object/${size}`, size, sha256, metadata: { kind: "container" } };
    assert.deepEqual(await reader.info(`object/${size}`), info);
  }
  assert.equal(await reader.get("nothing"), undefined);
  assert.equal(await reader.info("nothing"), undefined);
});

test("NATS's own object store reads what we write, and we read what it writes", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  const ours = log.objects(objectsBucket);
  const theirs = await new Objm(log.nats).open(objectsBucket);
  const bytes = Uint8Array.from(randomBytes(300_000));
  await ours.put("a.o", bytes);
  assert.deepEqual(await theirs.getBlob("a.o"), bytes);
  await theirs.putBlob({ name: "b.o" }, bytes);
  assert.deepEqual(await ours.get("b.o"), bytes);
  await theirs.delete("b.o");
  assert.equal(await ours.get("b.o"), undefined);
});

test("the same bytes are stored once, and what is replaced is freed", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  const bucket = log.objects(objectsBucket);
  const stream = (await new Objm(log.nats).open(objectsBucket)) as { status(): Promise<{ size: number }> };
  const size = async () => (await stream.status()).size;
  await bucket.put("a", randomBytes(200_000));
  const once = await size();
  const bytes = randomBytes(200_000);
  await bucket.put("a", bytes);
  assert.ok((await size()) < 1.5 * once);
  const before = await size();
  await bucket.put("a", bytes);
  assert.equal(await size(), before);
});

test("damaged bytes are reported, never handed out", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  const bucket = log.objects(objectsBucket);
  await bucket.put("a", randomBytes(10));
  const info = await (await new Objm(log.nats).open(objectsBucket)).info("a");
  const meta = { ...info, name: "b", nuid: info?.nuid, size: 10, chunks: 1, bucket: objectsBucket };
  const digest = `SHA-256=${Buffer.from(randomBytes(32)).toString("base64url")}=`;
  log.nats.publish(`$O.${objectsBucket}.M.Yg==`, JSON.stringify({ ...meta, digest }));
  await log.nats.flush();
  await assert.rejects(bucket.get("b"), (error) => isWeftError(error, "INTERNAL"));
});
