import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { before, describe, test } from "node:test";
import { compile } from "../test/compile.ts";
import { kernelTest } from "../test/needs.ts";
import { BpfMap, EbpfError, ObjectSpec, VerifierError } from "./index.ts";

describe("ObjectSpec", kernelTest, () => {
  let elf: Uint8Array;
  before(async () => {
    elf = await compile("counter");
  });

  test("says what is in an object without loading it", () => {
    const spec = ObjectSpec.open(elf);
    assert.deepEqual([...spec.programs.keys()].sort(), ["count", "hop"]);
    assert.equal(spec.programs.get("count")?.type, "sched_cls");
    assert.equal(spec.maps.get("items")?.keySize, 4);
    assert.equal(spec.maps.get("items")?.valueSize, 48);
    assert.deepEqual(spec.constant("counts"), [7, 8]);
    assert.equal(spec.constant("feature"), -1);
  });

  test("refuses bytes that are no object", () => {
    assert.throws(() => ObjectSpec.open(new Uint8Array(100)), EbpfError);
  });

  test("a constant that does not fit its type is refused by name", () => {
    const spec = ObjectSpec.open(elf);
    assert.throws(
      () => spec.setConstant("verdict", 2 ** 32),
      /^TypeError: verdict: expected u32, got 4294967296$/,
    );
    assert.throws(
      () => spec.setConstant("own", { bytes: new Uint8Array(4) }),
      /own\.bytes: expected u8\[16\]/,
    );
    assert.throws(() => spec.setConstant("counts", [1]), /counts: expected u16\[2\]/);
    assert.throws(() => spec.setConstant("colour", 1), /no constant colour/);
  });

  test("the loaded program runs with the constants, and its .rodata is what rodata() said", async () => {
    const spec = ObjectSpec.open(elf);
    spec.setConstant("verdict", 5);
    spec.setConstant("own", { bytes: new Uint8Array(16).fill(3) });
    using object = await spec.load();
    const run = await object.program("count").testRun({ data: new Uint8Array(60), skb: { cb: [10] } });
    assert.equal(run.retval, 5);
    assert.equal(run.skb?.cb[0], 13);
    assert.deepEqual(object.map(".rodata").lookup(new Uint8Array(4)), spec.rodata());
  });

  test("a variable in .data is set before the load like a constant, and may be written again after it", async () => {
    const spec = ObjectSpec.open(elf);
    spec.setConstant("later", 7);
    assert.equal(spec.copy().constant("later"), 7);
    using object = await spec.load();
    const seen = async () =>
      (await object.program("count").testRun({ data: new Uint8Array(60), skb: {} })).skb?.cb[1];
    assert.equal(await seen(), 7);
    spec.setConstant("later", 8);
    for (const [section, bytes] of spec.data()) object.map(section).update(new Uint8Array(4), bytes);
    assert.equal(await seen(), 8);
    assert.deepEqual(object.map(".rodata").lookup(new Uint8Array(4)), spec.rodata());
  });

  test("one spec loads many times, each with its constants", async () => {
    const spec = ObjectSpec.open(elf);
    const verdicts: number[] = [];
    for (const verdict of [1, 2, 3]) {
      spec.setConstant("verdict", verdict);
      using object = await spec.load();
      verdicts.push((await object.program("count").testRun({ data: new Uint8Array(60) })).retval);
    }
    assert.deepEqual(verdicts, [1, 2, 3]);
  });

  test("code that a constant switches off is gone, and its map need not exist", async () => {
    const spec = ObjectSpec.open(elf);
    spec.setConstant("feature", 1);
    using full = await spec.load();
    spec.setConstant("feature", 0);
    using small = await spec.load({ without: ["optional"] });
    assert.ok(small.program("count").info().instructions < full.program("count").info().instructions);
    assert.equal(small.maps.has("optional"), false);
  });

  test("a reused map is shared; one of another shape is refused with what differs", async () => {
    const spec = ObjectSpec.open(elf);
    using first = await spec.load();
    using second = await spec.load({ reuse: { packets: first.map("packets") } });
    assert.equal(second.map("packets").id, first.map("packets").id);
    await second.program("count").testRun({ data: new Uint8Array(60) });
    assert.equal(first.map("packets").typed().lookup(0), 1);
    using other = BpfMap.create({ type: "array", keySize: 4, valueSize: 4, maxEntries: 1 });
    await assert.rejects(
      spec.load({ reuse: { packets: other } }),
      /reuse packets: EINVAL: value size is 4, .* wants 8/,
    );
  });

  test("only the chosen programs are loaded", async () => {
    using object = await ObjectSpec.open(elf).load({ programs: ["hop"] });
    assert.deepEqual([...object.programs.keys()], ["hop"]);
    assert.throws(() => object.program("count"), /has no program count/);
  });

  test("what the verifier refuses comes with its log", async () => {
    const spec = ObjectSpec.open(await compile("refused"), { name: "refused" });
    await assert.rejects(spec.load(), (error: unknown) => {
      assert.ok(error instanceof VerifierError);
      assert.equal(error.program, "careless");
      assert.equal(error.code, "EACCES");
      assert.match(error.log, /invalid mem access 'map_value_or_null'/);
      assert.match(error.message, /the verifier refused careless .*invalid mem access/s);
      return true;
    });
  });

  test("an aborted load leaves nothing open", async () => {
    const before = await descriptors();
    await assert.rejects(ObjectSpec.open(elf).load({ signal: AbortSignal.abort() }), { name: "AbortError" });
    const controller = new AbortController();
    const loading = ObjectSpec.open(elf).load({ signal: controller.signal });
    controller.abort();
    await assert.rejects(loading, { name: "AbortError" });
    assert.equal(await descriptors(), before);
  });

  test("loading and closing, or failing, a hundred times leaks no descriptor", async () => {
    const spec = ObjectSpec.open(elf);
    const refused = ObjectSpec.open(await compile("refused"));
    const before = await descriptors();
    for (let round = 0; round < 50; round++) {
      (await spec.load()).close();
      await assert.rejects(refused.load(), VerifierError);
    }
    assert.equal(await descriptors(), before);
  });
});

async function descriptors(): Promise<number> {
  return (await readdir("/proc/self/fd")).length;
}
