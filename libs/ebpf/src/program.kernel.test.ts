import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { makeBpffs } from "../test/bpffs.ts";
import { compile } from "../test/compile.ts";
import { kernelTest } from "../test/needs.ts";
import { makePair } from "../test/pair.ts";
import { BpfMap, isBpffs, link, mountBpffs, ObjectSpec, Program, unmountBpffs } from "./index.ts";

const packet = new Uint8Array(60).fill(7);

describe("Program", kernelTest, () => {
  test("info leads from a program to its maps and its constants", async () => {
    const spec = ObjectSpec.open(await compile("counter"));
    spec.setConstant("revision", 77);
    using object = await spec.load();
    using program = Program.fromId(object.program("count").id);
    const info = program.info();
    assert.equal(info.tag, object.program("count").tag);
    assert.match(info.tag, /^[0-9a-f]{16}$/);
    assert.ok(info.instructions > 0 && info.jitedBytes > 0);
    const maps = info.mapIds.map((id) => BpfMap.fromId(id));
    try {
      const rodata = maps.find((map) => map.name.endsWith(".rodata"));
      assert.deepEqual(rodata?.lookup(new Uint8Array(4)), spec.rodata());
      assert.equal(rodata?.typed<number, { revision: number }>().lookup(0)?.revision, 77);
    } finally {
      for (const map of maps) map.close();
    }
  });

  test("a test run gives the packet back, and takes devices of the namespace it is run in", async () => {
    await using pair = await makePair();
    using object = await ObjectSpec.open(await compile("counter")).load();
    const device = await link({ netns: pair.near.path, ifname: "near" });
    const ifindex = device?.ifindex ?? 0;
    const run = await object
      .program("count")
      .testRun({ data: packet, skb: { ifindex }, netns: pair.near.path });
    assert.deepEqual(run.data, packet);
    assert.equal(run.skb?.ifindex, ifindex);
    const elsewhere = object.program("count").testRun({ data: packet, skb: { ifindex: 99_999 } });
    await assert.rejects(elsewhere, { code: "ENODEV", call: "BPF_PROG_TEST_RUN" });
  });

  test("a packet too short for Ethernet is refused", async () => {
    using object = await ObjectSpec.open(await compile("counter")).load();
    await assert.rejects(object.program("count").testRun({ data: new Uint8Array(4) }), { code: "EINVAL" });
  });

  test("a pinned program is found again; a path has one pin", async () => {
    await using bpffs = await makeBpffs();
    using object = await ObjectSpec.open(await compile("counter")).load();
    const path = `${bpffs.path}/count`;
    await object.program("count").pin(path);
    await assert.rejects(object.program("count").pin(path), { code: "EEXIST", call: `BPF_OBJ_PIN ${path}` });
    using again = await Program.openPinned(path);
    assert.equal(again.id, object.program("count").id);
    await assert.rejects(BpfMap.openPinned(path), /anon_inode:bpf-prog is not a map/);
  });

  test("a bpffs is mounted once, however often it is asked for", async () => {
    await using bpffs = await makeBpffs();
    await mountBpffs(bpffs.path);
    assert.equal(await isBpffs(bpffs.path), true);
    await unmountBpffs(bpffs.path);
    assert.equal(await isBpffs(bpffs.path), false);
    await mountBpffs(bpffs.path);
  });
});
