import assert from "node:assert/strict";
import { mkdir, readdir, rmdir } from "node:fs/promises";
import { before, describe, test } from "node:test";
import { makeBpffs } from "../test/bpffs.ts";
import { compile } from "../test/compile.ts";
import { kernelTest } from "../test/needs.ts";
import { cgroup2, connectFrom, transmitted } from "../test/observe.ts";
import { makePair } from "../test/pair.ts";
import {
  attachCgroup,
  attachClsact,
  attachTcx,
  attachXdp,
  deleteLink,
  Link,
  type LoadedObject,
  ObjectSpec,
  openClsact,
  removeClsact,
} from "./index.ts";

describe("links", kernelTest, () => {
  let counter: Uint8Array;
  before(async () => {
    counter = await compile("counter");
  });

  async function load(verdict = 0): Promise<LoadedObject> {
    const spec = ObjectSpec.open(counter);
    spec.setConstant("verdict", verdict);
    return spec.load();
  }

  const counted = (object: LoadedObject): number =>
    object.map("packets").typed<number, number>().lookup(0) ?? 0;

  test("a program at tcx ingress sees the packets, and decides", async () => {
    await using pair = await makePair();
    using pass = await load(0);
    using drop = await load(2);
    const device = { netns: pair.near.path, ifname: "near", direction: "ingress" } as const;
    await using link = await attachTcx({ ...device, program: pass.program("count") });
    assert.equal(await pair.ping(3), 3);
    assert.ok(counted(pass) >= 3);
    await link.update(drop.program("count"));
    assert.equal((await link.info()).programId, drop.program("count").id);
    assert.equal(await pair.ping(2), 0);
  });

  test("an update that expects another program is refused", async () => {
    await using pair = await makePair();
    using first = await load();
    using second = await load();
    const device = { netns: pair.near.path, ifname: "near", direction: "egress" } as const;
    await using link = await attachTcx({ ...device, program: first.program("count") });
    await link.update(second.program("count"), first.program("count"));
    await assert.rejects(link.update(second.program("count"), first.program("count")), { code: "EPERM" });
  });

  test("a pinned link outlives its descriptor and is found again", async () => {
    await using pair = await makePair();
    await using bpffs = await makeBpffs();
    using object = await load();
    const device = { netns: pair.near.path, ifname: "near", direction: "ingress" } as const;
    const link = await attachTcx({ ...device, program: object.program("count") });
    await link.pin(`${bpffs.path}/link`);
    await link.close();
    await link.close();
    assert.ok(await pair.opens());
    assert.ok(counted(object) > 0);
    await using again = await Link.openPinned(`${bpffs.path}/link`);
    const { type, direction, attached, programId } = await again.info();
    assert.deepEqual(
      { type, direction, attached, programId },
      { type: "tcx", direction: "ingress", attached: true, programId: object.program("count").id },
    );
    await again.detach();
    assert.equal((await again.info()).attached, false);
    await again.unpin();
    assert.equal((await readdir(bpffs.path)).includes("link"), false);
  });

  test("a link whose device is gone says that it is not attached", async () => {
    await using pair = await makePair();
    using object = await load();
    const device = { netns: pair.near.path, ifname: "near", direction: "ingress" } as const;
    await using link = await attachTcx({ ...device, program: object.program("count") });
    await deleteLink({ netns: pair.near.path, ifname: "near" });
    assert.equal((await link.info()).attached, false);
  });

  test("a device that is not there is an error that names it", async () => {
    using object = await load();
    const program = object.program("count");
    await assert.rejects(attachTcx({ ifname: "wt-nothing", direction: "ingress", program }), {
      code: "ENODEV",
      call: "if_nametoindex wt-nothing",
    });
  });

  for (const attach of [attachTcx, attachClsact]) {
    test(`${attach.name}: swapping under traffic loses nothing, and every packet meets one program`, async () => {
      await using pair = await makePair();
      using even = await load();
      using odd = await load();
      const device = { netns: pair.near.path, ifname: "near", direction: "egress" } as const;
      await using link = await attach({ ...device, program: even.program("count") });
      // The stack sends now and then by itself: a moment at which it did not while both counts were read.
      const uncounted = async (): Promise<number> => {
        for (;;) {
          const seen = counted(even) + counted(odd);
          const sent = await transmitted(pair.near.path, "near");
          if (counted(even) + counted(odd) === seen) return sent - seen;
        }
      };
      const before = await uncounted();
      let done = false;
      const pinging = pair.ping(400).finally(() => {
        done = true;
      });
      let swaps = 0;
      for (; !done; swaps++) {
        await link.update((swaps % 2 === 0 ? odd : even).program("count"));
        await new Promise((resolve) => setImmediate(resolve));
      }
      assert.equal(await pinging, 400);
      assert.ok(swaps > 10);
      assert.ok(counted(even) > 0 && counted(odd) > 0);
      assert.equal(await uncounted(), before);
    });
  }

  test("a clsact filter stays when closed, is read back, and is taken off", async () => {
    await using pair = await makePair();
    using object = await load(2);
    const target = { netns: pair.near.path, ifname: "near", direction: "ingress" } as const;
    await assert.rejects(openClsact(target), { code: "ENOENT" });
    await (await attachClsact({ ...target, program: object.program("count") })).close();
    const again = await openClsact(target);
    assert.equal((await again.info()).programId, object.program("count").id);
    assert.equal(await pair.ping(1), 0);
    await again.detach();
    await again.detach();
    assert.equal((await again.info()).attached, false);
    assert.ok(await pair.opens());
    await removeClsact(target);
    await removeClsact(target);
  });

  test("an XDP program drops, and its successor passes", async () => {
    await using pair = await makePair();
    const spec = ObjectSpec.open(await compile("hooks"));
    spec.setConstant("verdict", 1);
    using drop = await spec.load({ programs: ["filter"] });
    spec.setConstant("verdict", 2);
    using pass = await spec.load({ programs: ["filter"] });
    const device = { netns: pair.near.path, ifname: "near" };
    await using link = await attachXdp({ ...device, program: drop.program("filter"), mode: "generic" });
    assert.equal((await link.info()).type, "xdp");
    assert.equal(await pair.ping(1), 0);
    await link.update(pass.program("filter"));
    assert.ok(await pair.opens());
  });

  test("a cgroup's connect hook decides for the processes in it", async (t) => {
    const root = await cgroup2();
    if (root === undefined) return t.skip("no cgroup2 is mounted");
    using object = await ObjectSpec.open(await compile("hooks")).load({ programs: ["refuse"] });
    const cgroup = `${root}/wt-${process.pid}`;
    await mkdir(cgroup);
    try {
      await using link = await attachCgroup({ cgroup, hook: "connect6", program: object.program("refuse") });
      const info = await link.info();
      assert.equal(info.type, "cgroup");
      assert.equal(info.attached, true);
      assert.equal(await connectFrom(cgroup), "EPERM");
      assert.equal(await connectFrom(undefined), "ECONNREFUSED");
      assert.equal(object.map("seen").typed().lookup(1), 1);
      await link.detach();
      assert.equal((await link.info()).attached, false);
    } finally {
      await rmdir(cgroup);
    }
  });

  test("attaching and closing leaves no descriptor open", async () => {
    await using pair = await makePair();
    using object = await load();
    const before = (await readdir("/proc/self/fd")).length;
    const device = { netns: pair.near.path, ifname: "near", direction: "ingress" } as const;
    for (let round = 0; round < 10; round++) {
      await (await attachTcx({ ...device, program: object.program("count") })).close();
    }
    assert.equal((await readdir("/proc/self/fd")).length, before);
  });
});
