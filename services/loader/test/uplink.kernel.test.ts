import assert from "node:assert/strict";
import { test } from "node:test";
import { addAddress, link, setLink } from "@weft/ebpf";
import { addressFromBytes, formatAddress } from "@weft/netaddr";
import { kernelTest, makeRig } from "./rig.ts";
import { startMesh } from "./services.ts";

test("an uplink that gets another MTU or address is followed while the host runs", kernelTest, async () => {
  await using rig = await makeRig();
  await using mesh = await startMesh(rig);
  await mesh.loader(1);
  const [uplinkNetns = ""] = rig.hosts.map(({ path }) => path);
  const { path: netns } = await rig.container();
  await mesh.client(1).attach({ namespace: "shop", name: "web", netns, labels: {} });
  const mtu = async () => (await link({ ifname: "eth0", netns }))?.mtu ?? 0;
  const before = await mtu();

  const deadline = AbortSignal.timeout(20_000);
  await setLink({ ifname: "up0", netns: uplinkNetns, mtu: 1400 });
  while ((await mtu()) !== before - 100) deadline.throwIfAborted();
  assert.deepEqual((await mesh.client(1).plan({})).operations, []);

  await addAddress({ ifname: "up0", address: "2001:db8::1/64", netns: uplinkNetns });
  const log = await mesh.nats.connect("cli");
  for await (const event of log.follow({ from: 1, signal: deadline })) {
    if (event.type !== "HostChanged") continue;
    assert.equal(formatAddress(addressFromBytes(event.data.underlayIpv6)), "2001:db8::1");
    break;
  }
});
