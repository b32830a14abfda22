import assert from "node:assert/strict";
import { readdir, stat } from "node:fs/promises";
import { describe, test } from "node:test";
import { kernelTest } from "../test/needs.ts";
import { makePair } from "../test/pair.ts";
import {
  addAddress,
  addAddressOperation,
  addNeighbour,
  addRoute,
  addRouteOperation,
  addresses,
  createNetns,
  createVeth,
  deleteAddress,
  deleteNeighbour,
  deleteNetns,
  deleteRoute,
  EbpfError,
  features,
  link,
  links,
  neighbours,
  openNetns,
  readSysctl,
  routes,
  routesTo,
  runNetwork,
  setFeature,
  setLink,
  writeSysctl,
} from "./index.ts";
import { MessageWriter } from "./netlink-message.ts";

describe("network namespaces and netlink", kernelTest, () => {
  test("a namespace is made, found and deleted, and this process stays where it is", async () => {
    const own = (await stat("/proc/self/ns/net")).ino;
    const name = `wt-${process.pid}-one`;
    const made = await createNetns(name);
    try {
      await assert.rejects(createNetns(name), { code: "EEXIST" });
      const found = await openNetns(name);
      assert.equal(found.inode, made.inode);
      assert.notEqual(made.inode, own);
      assert.equal(await found.cookie(), await made.cookie());
      assert.deepEqual(
        (await links(name)).map((device) => device.name),
        ["lo"],
      );
    } finally {
      await made.delete();
    }
    await made.delete();
    await assert.rejects(deleteNetns(name), { code: "ENOENT" });
    assert.equal((await stat("/proc/self/ns/net")).ino, own);
  });

  test("a veth has its names, MACs and MTU on both sides, and carries packets", async () => {
    await using pair = await makePair();
    const mac = "02:00:00:00:00:0a";
    await createVeth({
      netns: pair.near.path,
      name: "outer",
      mtu: 1400,
      up: true,
      peer: { name: "eth0", netns: pair.far.path, mac, mtu: 1450 },
    });
    const outer = await link({ netns: pair.near.path, ifname: "outer" });
    const inner = await link({ netns: pair.far.path, ifname: "eth0" });
    assert.deepEqual(
      [outer?.kind, outer?.mtu, outer?.up, outer?.peerIfindex],
      ["veth", 1400, true, inner?.ifindex],
    );
    assert.deepEqual([inner?.mac, inner?.mtu, inner?.up], [mac, 1450, false]);
    assert.equal(await link({ netns: pair.far.path, ifname: "outer" }), undefined);
    assert.ok(await pair.opens());
    assert.equal(await pair.ping(2), 2);
  });

  test("a device is renamed, moved and changed", async () => {
    await using pair = await makePair();
    await createVeth({ netns: pair.near.path, name: "a", peer: { name: "b" } });
    await setLink({ netns: pair.near.path, ifname: "b", name: "c", mtu: 1300, moveTo: pair.far.path });
    const moved = await link({ netns: pair.far.path, ifname: "c" });
    assert.equal(moved?.mtu, 1300);
    await setLink({ netns: pair.far.path, ifindex: moved?.ifindex ?? 0, up: true, mac: "02:00:00:00:00:0b" });
    const { up, mac } = (await link({ netns: pair.far.path, ifname: "c" })) ?? {};
    assert.deepEqual({ up, mac }, { up: true, mac: "02:00:00:00:00:0b" });
  });

  test("addresses, routes and neighbours are what was asked for", async () => {
    await using pair = await makePair();
    const at = { netns: pair.far.path, ifname: "far" };
    await addAddress({ ...at, address: "10.0.0.2" });
    await addRoute({ ...at, dst: "169.254.1.1/32" });
    await addRoute({ ...at, dst: "default", via: "169.254.1.1", onlink: true, src: "10.0.0.2", mtu: 1350 });
    await addRoute({ ...at, dst: "fd01::/48", via: "fe80::1", mtu: 1300 });
    await addRoute({ netns: at.netns, dst: "10.1.0.0/16", type: "unreachable" });
    await addNeighbour({ ...at, address: "169.254.1.1", mac: "02:57:45:46:54:01" });

    const present = (await addresses(at.netns)).map(({ address }) => address);
    assert.ok(present.includes("10.0.0.2/32") && present.includes("fd00::2/64"));
    const table = await routes(at.netns);
    const fields = (dst: string): unknown => {
      const { via, src, mtu, type } = table.find((route) => route.dst === dst) ?? {};
      return { via, src, mtu, type };
    };
    assert.deepEqual(fields("0.0.0.0/0"), {
      via: "169.254.1.1",
      src: "10.0.0.2",
      mtu: 1350,
      type: "unicast",
    });
    assert.deepEqual(fields("fd01::/48"), { via: "fe80::1", src: undefined, mtu: 1300, type: "unicast" });
    assert.deepEqual(fields("10.1.0.0/16"), {
      via: undefined,
      src: undefined,
      mtu: undefined,
      type: "unreachable",
    });
    const neighbour = (await neighbours(at.netns)).find(({ address }) => address === "169.254.1.1");
    assert.deepEqual([neighbour?.mac, neighbour?.state], ["02:57:45:46:54:01", "permanent"]);

    await deleteNeighbour({ ...at, address: "169.254.1.1" });
    await deleteRoute({ netns: at.netns, dst: "fd01::/48" });
    await deleteRoute({ netns: at.netns, dst: "10.1.0.0/16", type: "unreachable" });
    await deleteAddress({ ...at, address: "10.0.0.2" });
    await assert.rejects(deleteRoute({ netns: at.netns, dst: "fd01::/48" }), { code: "ESRCH" });
  });

  test("the kernel is asked for routes by all its tables, and one that leads nowhere is none", async () => {
    await using pair = await makePair();
    const at = { netns: pair.near.path, ifname: "near" };
    const wanted = ["198.18.7.9", "203.0.113.1", "2001:db8:7::9", "2001:db8:8::1"];
    assert.deepEqual(
      (await routesTo(wanted, at.netns)).map((way) => way !== undefined),
      [false, false, false, false],
    );
    await addAddress({ ...at, address: "198.18.7.1/24" });
    await addRoute({ ...at, dst: "2001:db8:7::/64" });
    await addRoute({ netns: at.netns, dst: "203.0.113.0/24", type: "unreachable" });
    await addRoute({ netns: at.netns, dst: "2001:db8:8::/64", type: "blackhole" });
    assert.deepEqual(
      (await routesTo(wanted, at.netns)).map((way) => way !== undefined),
      [true, false, true, false],
    );
  });

  test("a device keeps the text that was left on it, until it is taken away", async () => {
    await using pair = await makePair();
    const at = { netns: pair.near.path, ifname: "near" };
    for (const alias of ["weft id=1 state=/run/weft", "é".repeat(127), ""]) {
      await setLink({ ...at, alias });
      assert.equal((await link(at))?.alias, alias);
    }
  });

  test("a batch stops at the first error, which names its step; tolerated errors are none", async () => {
    await using pair = await makePair();
    const address = { ifname: "near", address: "fd00::1/64" };
    await assert.rejects(
      runNetwork(pair.near.path, [
        addAddressOperation(address),
        addRouteOperation({ dst: "fd02::/64", ifname: "near" }),
      ]),
      (error: unknown) =>
        error instanceof EbpfError && error.code === "EEXIST" && error.call.includes("fd00::1/64"),
    );
    assert.equal(
      (await routes(pair.near.path)).some(({ dst }) => dst === "fd02::/64"),
      false,
    );
    await runNetwork(pair.near.path, [
      addAddressOperation({ ...address, tolerate: ["EEXIST"] }),
      addRouteOperation({ dst: "fd02::/64", ifname: "near" }),
    ]);
    assert.ok((await routes(pair.near.path)).some(({ dst }) => dst === "fd02::/64"));
  });

  test("the kernel's own words are in the error", async () => {
    await using pair = await makePair();
    const route = addRoute({ netns: pair.near.path, dst: "default", via: "10.0.0.1" });
    await assert.rejects(route, /RTM_NEWROUTE default: ENETUNREACH: Nexthop has invalid gateway/);
    assert.throws(
      () => addAddressOperation({ ifname: "near", address: "fd00::1/129" }),
      /expected an address like/,
    );
  });

  test("a sysctl is that of the namespace", async () => {
    await using pair = await makePair();
    const name = "net/ipv6/conf/all/forwarding";
    await writeSysctl(name, 1, { netns: pair.near.path });
    assert.equal(await readSysctl(name, { netns: pair.near.path }), "1");
    assert.equal(await readSysctl(name, { netns: pair.far.path }), "0");
    await assert.rejects(readSysctl("net/nothing", { netns: pair.near.path }), { code: "ENOENT" });
  });

  test("a feature of a device is switched; one that is fixed or unknown is refused", async () => {
    await using pair = await makePair();
    const at = { netns: pair.near.path, ifname: "near" };
    const before = await features(at);
    for (const on of [!before.get("rx-gro"), before.get("rx-gro") === true]) {
      await setFeature({ ...at, feature: "rx-gro", on });
      assert.equal((await features(at)).get("rx-gro"), on);
    }
    await assert.rejects(setFeature({ ...at, feature: "rx-vlan-filter", on: true }), { code: "EOPNOTSUPP" });
    await assert.rejects(setFeature({ ...at, feature: "no-such", on: true }), { code: "EINVAL" });
    await assert.rejects(features({ ...at, ifname: "nothing" }), { code: "ENODEV" });
  });

  test("a thousand operations leave no descriptor and no thread", async () => {
    await using pair = await makePair();
    const before = (await readdir("/proc/self/fd")).length;
    const threads = (await readdir("/proc/self/task")).length;
    for (let round = 0; round < 20; round++) {
      await Promise.all(Array.from({ length: 50 }, () => links(pair.near.path)));
    }
    assert.equal((await readdir("/proc/self/fd")).length, before);
    // libuv's pool starts when first used; a thread that has answered still has to end.
    const deadline = AbortSignal.timeout(10_000);
    while ((await readdir("/proc/self/task")).length > threads + 4) deadline.throwIfAborted();
  });

  test("a dump that the kernel breaks off is an error with its sentence", async () => {
    const table = new MessageWriter(26, 0x300) // RTM_GETROUTE, NLM_F_DUMP
      .u8(2) // AF_INET
      .bytes(new Uint8Array(11))
      .attribute(15, (into) => into.u32(4242)) // RTA_TABLE
      .operation("RTM_GETROUTE");
    await assert.rejects(runNetwork(undefined, [table]), { code: "ENOENT", message: /table does not exist/ });
  });
});
