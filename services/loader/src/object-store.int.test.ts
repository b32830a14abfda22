import assert from "node:assert/strict";
import { test } from "node:test";
import { objectsBucket, subjects } from "@weft/log";
import { startNats } from "@weft/log/testing";
import { isWeftError } from "@weft/netaddr";
import { digestOf } from "../test/objects.ts";
import { objectFetcher } from "./object-store.ts";

test("an object is loaded only with the bytes that are on record, whatever the store holds under its name", async () => {
  await using nats = await startNats({ hosts: ["h1"] });
  const compiler = await nats.connect("compiler");
  const fetch = objectFetcher(await nats.connect("loader-h1"));
  const bytes = Buffer.from("honest");
  const digest = digestOf(Buffer.from("sources"));
  const name = `uplink-${digest}.o`;
  assert.equal(await fetch(digest), undefined, "not on record");
  const store = compiler.objects(objectsBucket);
  const data = { digest, name, bytes: bytes.length, kind: "uplink", compiler: "clang", durationUs: 1 };
  const event = { type: "ObjectBuilt", data: { ...data, content: digestOf(bytes) } } as const;
  const subject = subjects.object(digest);
  await compiler.append({ subject, event, expected: 0, actor: "test", cause: "test" });
  assert.equal(await fetch(digest), undefined, "not in the store");
  await store.put(name, Buffer.from("swapped"));
  await assert.rejects(fetch(digest), (error) => {
    assert.ok(isWeftError(error, "INTERNAL"));
    assert.match(error.message, /is not the one on record at revision 1/);
    return true;
  });
  await store.put(name, bytes);
  assert.deepEqual(Buffer.from((await fetch(digest)) ?? []), bytes);
});
