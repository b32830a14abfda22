import assert from "node:assert/strict";
import { before, test } from "node:test";
import { createVeth, link, setLink } from "@weft/ebpf";
import { formatHostMark } from "@weft/model";
import { deviceName } from "../src/domain/desired.ts";
import { attachedEvent, twoHosts } from "../src/domain/testing.ts";
import { startHost } from "./host.ts";
import { compileShared, memoryObjects } from "./objects.ts";
import { kernelTest, makeRig, ping } from "./rig.ts";

const objects = memoryObjects();
let shared = { container: "", uplink: "" };
const other = formatHostMark({ id: "1", mesh: "other", state: "/other" });

before(async () => {
  if (kernelTest.skip === undefined) shared = await compileShared(objects);
});

test(
  "a loader takes no device of another mesh, by whatever name, and says whose it is",
  kernelTest,
  async () => {
    await using rig = await makeRig();
    const [netns = ""] = rig.hosts.map(({ path }) => path);
    const [a, b] = [await rig.container(), await rig.container()];
    for (const [n, name] of ["weft0123456789", deviceName("c1")].entries()) {
      await createVeth({ netns, name, peer: { name: `other${n}` } });
      await setLink({ netns, ifname: name, alias: other });
    }
    await using host = await startHost(1, { rig, objects, shared }, twoHosts);
    await host.tell(attachedEvent("h1", 2, { netns: b.path }));
    await assert.rejects(
      host.tell(attachedEvent("h1", 1, { netns: a.path })),
      /not of this mesh: .*state=\/other/,
    );
    const { operations } = await host.reconciler.plan();
    assert.deepEqual(
      new Set(operations.map((step) => ("owner" in step ? step.owner : step.kind))),
      new Set(["c1"]),
    );
    for (const ifname of ["weft0123456789", deviceName("c1")]) {
      assert.equal((await link({ netns, ifname }))?.alias, other);
    }
  },
);

test("a loader whose host was given to another mesh touches nothing any more", kernelTest, async () => {
  await using rig = await makeRig();
  const [netns = ""] = rig.hosts.map(({ path }) => path);
  const [a, b] = [await rig.container(), await rig.container()];
  await using host = await startHost(1, { rig, objects, shared }, twoHosts);
  await host.tell(attachedEvent("h1", 1, { netns: a.path }), attachedEvent("h1", 2, { netns: b.path }));
  await setLink({ netns, ifname: "lo", alias: other });
  const detached = { type: "EndpointDetached", data: { host: "h1", id: "c2" } } as const;
  await assert.rejects(host.tell(detached), /belongs to mesh other of \/other/);
  assert.ok((await link({ netns, ifname: deviceName("c2") })) !== undefined);
  assert.equal(await ping(a.path, "fd00:1::2"), 3, "what is in force stays in force");
  await assert.rejects(startHost(1, { rig, objects, shared }, twoHosts), /belongs to mesh other of \/other/);
});
