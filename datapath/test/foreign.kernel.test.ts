import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addUnderlay,
  must,
  offloadNothing,
  openForeignContainer,
  openSwitch,
  type Switch,
} from "./foreign.ts";
import { kernelTest } from "./frames.ts";
import { alice, carol } from "./mesh.ts";
import { allows, both } from "./tables.ts";
import { exchange, listen, ping, until } from "./traffic.ts";
import type { Wrapping } from "./tunnel-packet.ts";
import { type HalfWorld, openHalfWorld, underlays } from "./world.ts";

const megabyte = 1_000_000;
const families = [4, 6] as const;

interface Identities {
  readonly alice: number;
  readonly carol: number;
}

/** Traffic both ways, both families; Alice lets in TCP from Carol's identity only, so that it must have been read. */
async function assertAgree(
  world: HalfWorld,
  underlay: 4 | 6,
  identities: Identities,
  connect: () => Promise<void>,
): Promise<void> {
  const { host } = world;
  const policy = both({ ingress: allows([identities.carol], 6, [8080]) });
  const a = await host.add({ ...alice, identity: identities.alice, policy });
  await using c = await openForeignContainer(world, carol);
  host.datapath.addPeer({ ...carol, identity: identities.carol }, underlays[underlay][1]);
  await connect();
  await until(async () => (await ping(host.netns, underlays[underlay][1], 1)) === 1);
  await using _a = await listen(a.netns, 8080);
  await using _c = await listen(c.netns, 8080);
  for (const [there, here] of [
    [carol.ipv6, alice.ipv6],
    [carol.ipv4 ?? "", alice.ipv4 ?? ""],
  ] as const) {
    assert.deepEqual([there, await ping(a.netns, there)], [there, 3]);
    assert.deepEqual([there, await exchange(a.netns, "udp", there, 8080, 1300)], [there, "ok"]);
    assert.deepEqual([there, await exchange(a.netns, "tcp", there, 8080, megabyte)], [there, "ok"]);
    assert.deepEqual([here, await exchange(c.netns, "tcp", here, 8080, megabyte)], [here, "ok"]);
    assert.deepEqual([here, await ping(c.netns, here, 1)], [here, 0], "only TCP may come in");
  }
}

for (const underlay of families) {
  test(
    `a vxlan device and a bridge of the kernel agree with us over IPv${underlay}`,
    kernelTest,
    async () => {
      await using world = await openHalfWorld(underlay, "vxlan");
      const { foreign } = world;
      const [remote, local] = underlays[underlay];
      // A device has one VNI for both directions.
      await assertAgree(world, underlay, { alice: 300, carol: 300 }, async () => {
        await addUnderlay(foreign, "up0");
        const zero = underlay === 6 ? ["udp6zerocsumrx"] : [];
        const vxlan = ["type", "vxlan", "id", "300", "local", local, "remote", remote, "dstport", "4789"];
        await must(foreign, "ip", "link", "add", "vx0", ...vxlan, "dev", "up0", ...zero);
        await must(foreign, "ip", "link", "add", "br0", "type", "bridge");
        for (const port of ["vx0", "w0"]) await must(foreign, "ip", "link", "set", port, "master", "br0");
        for (const device of ["vx0", "br0"]) await must(foreign, "ip", "link", "set", device, "up");
      });
    },
  );
}

/** Flows of the switch: whose tunnel packets it takes for Carol, and what it writes into hers. */
interface Flows {
  readonly match: string;
  readonly set: string;
  /** The Geneve option for identities is known to the switch. */
  readonly option?: boolean;
}

async function wire(ovs: Switch, underlay: 4 | 6, tunnel: Wrapping, flows: Flows): Promise<void> {
  const [remote, local] = underlays[underlay];
  const options = [`options:remote_ip=${remote}`, `options:local_ip=${local}`, "options:key=flow"];
  await ovs.vsctl("add-br", "br-int", "--", "set", "bridge", "br-int", "datapath_type=netdev");
  await ovs.vsctl("add-port", "br-int", "w0", "--", "set", "interface", "w0", "ofport_request=1");
  const tun = ["set", "interface", "tun0", `type=${tunnel}`, "ofport_request=2", ...options];
  await ovs.vsctl("add-port", "br-int", "tun0", "--", ...tun);
  if (flows.option === true) {
    await ovs.ofctl("add-tlv-map", "br-int", "{class=0xfff1,type=0x1,len=4}->tun_metadata0");
  }
  await ovs.ofctl("del-flows", "br-int");
  await ovs.ofctl("add-flow", "br-int", `in_port=2,${flows.match},actions=output:1`);
  await ovs.ofctl("add-flow", "br-int", `in_port=1,actions=${flows.set},output:2`);
}

const keyed: Flows = { match: "tun_id=256", set: "set_field:258->tun_id" };
const optioned: Flows = {
  match: "tun_metadata0=256",
  set: "set_field:999->tun_id,set_field:258->tun_metadata0",
  option: true,
};

for (const [name, tunnel, flows] of [
  ["VXLAN", "vxlan", keyed],
  ["Geneve without an option", "geneve", keyed],
  ["Geneve with the identity as option", "geneve", optioned],
  ["GRE", "gre", keyed],
] as const) {
  for (const underlay of families) {
    test(`Open vSwitch agrees with us: ${name} over IPv${underlay}`, kernelTest, async () => {
      await using world = await openHalfWorld(underlay, tunnel);
      const { foreign, host } = world;
      await using ovs = await openSwitch(foreign);
      await assertAgree(world, underlay, { alice: 256, carol: 258 }, async () => {
        await offloadNothing(foreign, "up0", "w0");
        await offloadNothing(host.netns, "up0");
        await ovs.vsctl("add-br", "br-phy", "--", "set", "bridge", "br-phy", "datapath_type=netdev");
        await ovs.vsctl("add-port", "br-phy", "up0");
        await addUnderlay(foreign, "br-phy");
        await wire(ovs, underlay, tunnel, flows);
      });
    });
  }
}
