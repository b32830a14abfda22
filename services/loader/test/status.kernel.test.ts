import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import {
  addRoute,
  BpfMap,
  deleteAddress,
  deleteLink,
  deleteNetns,
  deleteRoute,
  Link,
  setLink,
  writeSysctl,
} from "@weft/ebpf";
import { deviceName } from "../src/domain/desired.ts";
import { pinsOf } from "../src/kernel/pins.ts";
import { kernelTest, makeRig } from "./rig.ts";
import { startMesh } from "./services.ts";

// Each thing that others can change on a host is changed, and Status has to tell, at once and by its name.

test(
  "Status tells what somebody changed on the host, since when, and that it is well again",
  kernelTest,
  async () => {
    await using rig = await makeRig();
    await using mesh = await startMesh(rig);
    const [netns = ""] = rig.hosts.map(({ path }) => path);
    await mesh.loader(1);
    await mesh.loader(2);
    const web = await rig.container();
    const { id = "" } = await mesh.client(1).attach({ namespace: "shop", name: "web", netns: web.path });
    const client = mesh.client(1);
    const status = () => client.status({ look: true });
    const device = deviceName(id);
    const pins = pinsOf(rig.bpffs, "h1");
    const begun = Date.now();

    async function until(what: string, pattern: RegExp): Promise<void> {
      const deadline = Date.now() + 30_000;
      for (;;) {
        const { error, problems } = await status();
        if (pattern.test(error ?? "")) {
          for (const { sinceMs } of problems ?? []) assert.ok(Number(sinceMs) >= begun, "told since when");
          return;
        }
        assert.ok(Date.now() < deadline, `${what}: ${error}`);
      }
    }
    await until("well at first", /^$/);

    const changes: readonly (readonly [string, () => Promise<unknown>, RegExp])[] = [
      ["the device is gone", () => deleteLink({ netns, ifname: device }), new RegExp(`create ${device}`)],
      ["the device has another MTU", () => setLink({ netns, ifname: device, mtu: 1300 }), /mtu/],
      [
        "the device is down",
        () => setLink({ netns, ifname: device, up: false }),
        new RegExp(`set ${device}`),
      ],
      ["forwarding is off", () => writeSysctl("net/ipv4/ip_forward", 0, { netns }), /ip_forward = 1/],
      ["rp_filter is on", () => writeSysctl("net/ipv4/conf/all/rp_filter", 1, { netns }), /rp_filter = 0/],
      [
        "a program was taken off",
        async () => {
          await using link = await Link.openPinned(pins.hook(id, "from_container"));
          await link.detach();
        },
        /attach from_container/,
      ],
      ["pins are gone", () => rm(join(pins.root, "uplink", "from_uplink")), /attach from_uplink/],
      [
        "entries of a table are gone",
        async () => {
          using peers = await BpfMap.openPinned(pins.map("peers"));
          await peers.deleteBatch([...(await peers.readEntries())].map(([key]) => key));
        },
        /write \d+ entr(y|ies) into peers/,
      ],
    ];
    for (const [what, change, pattern] of changes) {
      await change();
      assert.match((await status()).error ?? "", pattern, what);
      await until(`repaired: ${what}`, /^$/);
    }

    const prefix = { netns, ifname: "up0", dst: "192.0.2.0/24" };
    await deleteRoute(prefix);
    assert.match((await status()).error ?? "", /no route to host h2 at 192\.0\.2\.2/);
    await addRoute(prefix);
    assert.equal((await status()).error, "");
    await setLink({ netns, ifname: "up0", up: false });
    await until("the uplink is down", /up0 is down/);
    await setLink({ netns, ifname: "up0", up: true });
    await until("the uplink is up", /^$/);
    await deleteAddress({ netns, ifname: "up0", address: "192.0.2.1/24" });
    await until("the address is gone", /no address 192\.0\.2\.1/);
    await deleteNetns(web.path);
    await until("the container is gone", /container shop\/web \(.*\) has no network namespace any more/);
  },
);
