import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { makeBpffs } from "../test/bpffs.ts";
import { compile } from "../test/compile.ts";
import { kernelTest } from "../test/needs.ts";
import { BpfMap, EbpfError, type MapType, ObjectSpec } from "./index.ts";

const bytes = (number: number): Uint8Array => new Uint8Array(new Uint32Array([number]).buffer);

function numbers(type: MapType, maxEntries: number, flags = 0): BpfMap {
  return BpfMap.create({ type, name: "numbers", keySize: 4, valueSize: 4, maxEntries, flags });
}

describe("BpfMap", kernelTest, () => {
  test("gives back what was put in, and says when there is nothing", () => {
    using map = numbers("hash", 10);
    assert.equal(map.lookup(bytes(1)), undefined);
    map.update(bytes(1), bytes(100));
    assert.deepEqual(map.lookup(bytes(1)), bytes(100));
    assert.equal(map.delete(bytes(1)), true);
    assert.equal(map.delete(bytes(1)), false);
    assert.equal(map.nextKey(), undefined);
  });

  test("create and replace are told apart", () => {
    using map = numbers("hash", 10);
    assert.throws(() => map.update(bytes(1), bytes(1), "replace"), { code: "ENOENT" });
    map.update(bytes(1), bytes(1), "create");
    assert.throws(() => map.update(bytes(1), bytes(1), "create"), {
      code: "EEXIST",
      call: "BPF_MAP_UPDATE_ELEM",
    });
  });

  test("a full map, a key of the wrong size and a closed map are errors with a name", () => {
    const map = numbers("hash", 1);
    map.update(bytes(1), bytes(1));
    assert.throws(() => map.update(bytes(2), bytes(1)), { code: "E2BIG" });
    assert.throws(() => map.lookup(new Uint8Array(3)), /map numbers: key of 3 bytes, expected 4/);
    map.close();
    map.close();
    assert.throws(() => map.lookup(bytes(1)), { code: "EBADF" });
  });

  for (const type of ["hash", "lru_hash", "array", "percpu_hash"] as const) {
    test(`entries of a ${type} after a batch are the entries of the batch`, async () => {
      const size = 5000;
      using map = numbers(type, type === "lru_hash" ? size * 2 : size);
      const value = (index: number): Uint8Array => {
        const whole = new Uint8Array(map.valueBytes);
        whole.set(bytes(index * 3));
        return whole;
      };
      await map.updateBatch(
        Array.from({ length: size }, (_, index) => [bytes(index), value(index)] as const),
      );
      const found = new Map([...map.entries()].map(([key, val]) => [Buffer.from(key).readUInt32LE(), val]));
      assert.equal(found.size, size);
      for (const [key, val] of found) assert.deepEqual(val, value(key));
      const read = await map.readEntries();
      assert.equal(read.size, size);
      for (const [key, val] of read) assert.deepEqual(val, found.get(Buffer.from(key).readUInt32LE()));
    });
  }

  test("deleting a batch passes over what is not there", async () => {
    using map = numbers("hash", 100);
    await map.updateBatch([1, 2, 3, 4].map((key) => [bytes(key), bytes(key)] as const));
    assert.equal(await map.deleteBatch([9, 1, 8, 3, 7].map(bytes)), 2);
    assert.deepEqual([...map.entries()].map(([key]) => key[0]).sort(), [2, 4]);
  });

  test("a longest-prefix map is walked and filled in batches", async () => {
    using map = BpfMap.create({ type: "lpm_trie", keySize: 8, valueSize: 4, maxEntries: 100, flags: 1 });
    const key = (length: number, address: number): Uint8Array =>
      new Uint8Array([length, 0, 0, 0, address, 0, 0, 0]);
    await map.updateBatch([
      [key(8, 10), bytes(1)],
      [key(8, 11), bytes(2)],
    ]);
    assert.equal([...map.entries()].length, 2);
    assert.deepEqual([...(await map.readEntries())], [...map.entries()]);
    assert.deepEqual(map.lookup(key(32, 11)), bytes(2));
  });

  test("a large map without batches is read while the event loop goes on", async () => {
    using object = await ObjectSpec.open(await compile("counter")).load();
    using slots = BpfMap.create({ type: "prog_array", keySize: 4, valueSize: 4, maxEntries: 65_536 });
    const count = object.program("count");
    for (const slot of [0, 7, 65_535]) slots.update(bytes(slot), count);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const read = [...(await slots.readEntries())];
    clearInterval(timer);
    assert.deepEqual(
      read,
      [0, 7, 65_535].map((slot) => [bytes(slot), bytes(count.id)]),
    );
    assert.ok(turns > 0);
  });

  test("an empty map has no entries, and a closed one is an error", async () => {
    const map = numbers("hash", 10);
    assert.equal((await map.readEntries()).size, 0);
    map.close();
    await assert.rejects(map.readEntries(), { code: "EBADF" });
  });

  test("a frozen map is not written any more", () => {
    using map = numbers("array", 1);
    map.freeze();
    assert.throws(() => map.update(bytes(0), bytes(1)), { code: "EPERM" });
  });

  test("a pinned map is found again, and only as a map", async () => {
    await using bpffs = await makeBpffs();
    const path = `${bpffs.path}/numbers`;
    {
      using map = numbers("hash", 10);
      map.update(bytes(1), bytes(2));
      await map.pin(path);
    }
    using again = await BpfMap.openPinned(path);
    assert.deepEqual(again.lookup(bytes(1)), bytes(2));
    assert.equal(again.name, "numbers");
    assert.equal(BpfMap.fromId(again.id).type, "hash");
    await assert.rejects(BpfMap.openPinned(`${bpffs.path}/nothing`), { code: "ENOENT" });
  });

  test("the codec writes the bytes that C reads, also for a map opened again", async () => {
    using object = await ObjectSpec.open(await compile("counter")).load();
    using map = BpfMap.fromId(object.map("items").id);
    const item = {
      packets: 2n ** 60n,
      mark: 0x01020304,
      mac: new Uint8Array([1, 2, 3, 4, 5, 6]),
      port: 0x5000,
      from: { bytes: new Uint8Array(16).fill(9) },
      label: "abc",
    };
    map.typed().update(7, item);
    const raw = Buffer.from(map.lookup(bytes(7)) ?? []);
    const expected = `0000000000000010 04030201 010203040506 0050 ${"09".repeat(16)} 00000000 61626300 00000000`;
    assert.equal(raw.toString("hex"), expected.replaceAll(" ", ""));
    assert.deepEqual({ ...(map.typed().lookup(7) as object) }, item);
  });

  test("a per-CPU value is one item per CPU, and a program array is filled with programs", async () => {
    using object = await ObjectSpec.open(await compile("counter")).load();
    const count = object.program("count");
    await assert.doesNotReject(count.testRun({ data: new Uint8Array(60), repeat: 5 }));
    const perCpu = object.map("by_cpu").typed<number, number[]>().lookup(0) ?? [];
    assert.equal(
      perCpu.reduce((sum, value) => sum + value, 0),
      5,
    );
    assert.equal((await object.program("hop").testRun({ data: new Uint8Array(60) })).retval, 99);
    object.map("slots").update(bytes(1), count);
    assert.equal((await object.program("hop").testRun({ data: new Uint8Array(60) })).retval, 0);
    assert.equal(object.map("slots").delete(bytes(1)), true);
    assert.throws(() => object.map("slots").typed(), EbpfError);
  });

  test("a map in a map is swapped by batch", async () => {
    using inner = numbers("array", 1);
    using other = numbers("array", 1);
    using outer = BpfMap.create({ type: "array_of_maps", keySize: 4, valueSize: 4, maxEntries: 2, inner });
    await outer.updateBatch([
      [bytes(0), inner],
      [bytes(1), other],
    ]);
    assert.deepEqual(outer.lookup(bytes(1)), bytes(other.id));
  });
});
