import assert from "node:assert/strict";
import { test } from "node:test";
import { addAddress, createVeth, deleteAddress, deleteLink, link, setLink, writeSysctl } from "@weft/ebpf";
import { addressFromBytes, formatAddress } from "@weft/netaddr";
import { inside, kernelTest, makeRig, ping, type Rig } from "./rig.ts";
import { startMesh, type TestMesh } from "./services.ts";

/** A container on each host; answers whether the first reaches the second. */
async function twoContainers(rig: Rig, mesh: TestMesh): Promise<() => Promise<boolean>> {
  const [web, api] = [await rig.container(), await rig.container()];
  const wish = { namespace: "shop", labels: {} };
  await mesh.client(1).attach({ ...wish, name: "web", netns: web.path });
  const target = await mesh.client(2).attach({ ...wish, name: "api", netns: api.path });
  const address = formatAddress(addressFromBytes(target.ipv6));
  return async () => (await ping(web.path, address, 1)) === 1;
}

async function eventually(what: string, look: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await look())) assert.ok(Date.now() < deadline, `in time: ${what}`);
}

/** Whether each line of a pattern is in what a host says is wrong. */
const says = async (mesh: TestMesh, n: 1 | 2, pattern: RegExp): Promise<boolean> =>
  pattern.test((await mesh.client(n).status({})).error ?? "");

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
  // The other hosts are told, too, and so is this one.
  await eventually("nothing left to do", async () => {
    return ((await mesh.client(1).plan({})).operations ?? []).length === 0;
  });

  await addAddress({ ifname: "up0", address: "2001:db8::1/64", netns: uplinkNetns });
  const log = await mesh.nats.connect("cli");
  for await (const event of log.follow({ from: 1, signal: deadline })) {
    if (event.type !== "HostChanged") continue;
    assert.equal(event.data.uplinkMtu, 1400);
    if (event.data.underlayIpv6.length === 0) continue;
    assert.equal(formatAddress(addressFromBytes(event.data.underlayIpv6)), "2001:db8::1");
    break;
  }
});

for (const [family, addresses] of [
  ["4", ["192.0.2.1/24", "192.0.2.11/24"]],
  ["6", ["2001:db8::1/64", "2001:db8::11/64"]],
] as const) {
  const [first, second] = addresses;
  test(
    `a host whose IPv${family} address changes is reached at the new one, and at the old one when that is back`,
    kernelTest,
    async () => {
      await using rig = await makeRig();
      const [netns = "", other = ""] = rig.hosts.map(({ path }) => path);
      const on = { ifname: "up0", netns, nodad: true };
      // Else an address of IPv4 takes with it those of its prefix that came later.
      await writeSysctl("net/ipv4/conf/up0/promote_secondaries", 1, { netns });
      for (const [n, path] of [netns, other].entries()) {
        await addAddress({ ...on, netns: path, address: `2001:db8::${n + 1}/64` });
      }
      await using mesh = await startMesh(rig);
      const told = family === "4" ? [] : [["WEFT_UNDERLAY", "2001:db8::1"]];
      await mesh.loader(1, "tcx", Object.fromEntries(told));
      await mesh.loader(2);
      await mesh.compiler.setOptions({ scope: "mesh", values: { underlay: family } });
      const reached = await twoContainers(rig, mesh);
      await eventually("they talk", reached);

      const bare = (address: string) => address.replace(/\/.*/, "");
      const log = await mesh.nats.connect("cli");
      const recorded = async (): Promise<string> => {
        const event = await log.last("weft.log.host.h1");
        if (event?.type !== "HostChanged") return "";
        const { underlayIpv4, underlayIpv6 } = event.data;
        const bytes = family === "4" ? underlayIpv4 : underlayIpv6;
        return bytes.length === 0 ? "" : formatAddress(addressFromBytes(bytes));
      };
      await deleteAddress({ ...on, address: first });
      await inside(other, ["ip", "neighbour", "flush", "dev", "up0"]);
      await eventually("nobody is at the address that it had", async () => !(await reached()));
      await addAddress({ ...on, address: second });
      await eventually("the new address is on record", async () => (await recorded()) === bare(second));
      await eventually("they talk by the new address", reached);
      const pattern = new RegExp(`has no address ${bare(first)}.*reach it at ${bare(second)}`);
      await eventually("it says where it is reached", () => says(mesh, 1, pattern));

      await addAddress({ ...on, address: first });
      await eventually("the address that was asked for is used again", async () => {
        return (await recorded()) === bare(first);
      });
      await deleteAddress({ ...on, address: second });
      await eventually("they talk by the first address", reached);
      await eventually("nothing is wrong any more", () => says(mesh, 1, /^$/));
    },
  );
}

for (const mode of ["tcx", "clsact"] as const) {
  test(
    `an uplink that is deleted and made anew, with another MAC, carries traffic again by ${mode}`,
    kernelTest,
    async () => {
      await using rig = await makeRig();
      const [netns = "", other = ""] = rig.hosts.map(({ path }) => path);
      await using mesh = await startMesh(rig);
      await mesh.loader(1, mode);
      await mesh.loader(2, mode);
      const reached = await twoContainers(rig, mesh);
      await eventually("they talk", reached);

      await deleteLink({ ifname: "up0", netns });
      for (const n of [1, 2] as const) {
        await eventually("the loss is said", () => says(mesh, n, /there is no device up0/));
      }
      // What needs no other host goes on meanwhile.
      const third = await rig.container();
      await mesh.client(1).attach({ namespace: "shop", name: "late", netns: third.path, labels: {} });
      await createVeth({ netns, name: "up0", up: true, peer: { name: "up0", netns: other, up: true } });
      await addAddress({ ifname: "up0", netns, address: "192.0.2.1/24" });
      await addAddress({ ifname: "up0", netns: other, address: "192.0.2.2/24" });
      await eventually("they talk again", reached);
      await setLink({ ifname: "up0", netns, mac: "02:00:00:00:aa:01" });
      await eventually("they talk with another MAC", reached);
      for (const n of [1, 2] as const) {
        await eventually("nothing is wrong any more", () => says(mesh, n, /^$/));
        assert.deepEqual((await mesh.client(n).plan({})).operations, []);
      }
    },
  );
}
