import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { createNetns } from "@weft/ebpf";
import { planDevice } from "../src/domain/plan-device.ts";
import { createDevice, readDevices, readdressDevice, upDevice } from "../src/kernel/device.ts";

test("a default route that a container lost is noticed, and given back without touching what it has", {
  skip: process.getuid?.() === 0 ? false : "makes network namespaces: needs root",
}, async () => {
  await using host = await createNetns(`weft-device-h-${process.pid}`);
  await using container = await createNetns(`weft-device-c-${process.pid}`);
  const inside = (...words: string[]) =>
    execFileSync("nsenter", [`--net=${container.path}`, ...words], { encoding: "utf8" });
  const device = {
    ...{ owner: "c1", name: "weft0123456789", netns: container.path, interface: "eth0", mtu: 1450 },
    ...{ mac: "02:00:00:00:00:01", hostMac: "02:00:00:00:00:02" },
    addresses: ["10.7.0.1/32", "fd00:1::1/128"],
  };
  const place = { netns: host.path, mark: "weft id=0 mesh=m state=/s" };
  const read = async () => (await readDevices(host.path, [device], place.mark)).devices.get(device.name);
  const steps = async () => {
    const { before, after } = planDevice(device, await read());
    return [...before, ...after].map(({ kind }) => kind);
  };
  await createDevice(place, device);
  await upDevice(host.path, device, []);
  assert.deepEqual(await steps(), []);
  assert.deepEqual((await read())?.inside?.ways, [4, 6]);
  const routes = () => inside("ip", "-4", "route") + inside("ip", "-6", "route");
  const before = routes();
  for (const family of ["-4", "-6"]) {
    inside("ip", family, "route", "del", "default");
    assert.deepEqual(await steps(), ["device_readdress"], `IPv${family.slice(1)}`);
    await readdressDevice(device);
    assert.deepEqual(await steps(), []);
    assert.equal(routes(), before);
  }
  inside("ip", "route", "replace", "default", "via", "169.254.1.9", "dev", "eth0", "onlink");
  assert.deepEqual(await steps(), [], "a way out of its own is the container's business");
});
