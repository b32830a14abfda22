import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  addAddressOperation,
  addNeighbourOperation,
  addRouteOperation,
  createNetns,
  createVeth,
  runNetwork,
  setFeature,
  setLinkOperation,
} from "@weft/ebpf";
import { type Container, gatewayMac } from "./datapath.ts";
import { until } from "./traffic.ts";
import { disposedOnFailure, type HalfWorld, inside, underlays } from "./world.ts";

/** Runs a command in a namespace; throws with its output when it fails. */
export async function must(netns: string, ...command: readonly string[]): Promise<string> {
  const { ok, output } = await inside(netns, ...command);
  if (!ok) throw new Error(`${command.join(" ")}: ${output}`);
  return output;
}

/** A container of the other host, on a device `w0` there, that knows our gateway's MAC but is run by nobody of ours. */
export async function openForeignContainer(
  world: HalfWorld,
  container: Container,
): Promise<AsyncDisposable & { readonly netns: string }> {
  return await disposedOnFailure(async (stack) => {
    const { mac, ipv6, ipv4 } = container;
    const netns = stack.use(await createNetns(`${world.prefix}-f`)).path;
    const { mtu, foreign } = world;
    await createVeth({
      netns: foreign,
      name: "w0",
      mtu,
      up: true,
      peer: { name: "eth0", netns, mac, mtu, up: true },
    });
    await offloadNothing(netns, "eth0");
    const gateways = ["fe80::1", "169.254.1.1"];
    await runNetwork(netns, [
      setLinkOperation({ ifname: "lo", up: true }),
      addAddressOperation({ ifname: "eth0", address: `${ipv6}/128`, nodad: true }),
      addAddressOperation({ ifname: "eth0", address: `${ipv4}/32` }),
      ...gateways.map((via) => addRouteOperation({ ifname: "eth0", dst: "default", via, onlink: true })),
      ...gateways.map((address) => addNeighbourOperation({ ifname: "eth0", address, mac: gatewayMac })),
    ]);
    return { netns, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  });
}

/** Gives the other host its underlay addresses, on a device of its own. */
export async function addUnderlay(foreign: string, ifname: string): Promise<void> {
  await runNetwork(foreign, [
    setLinkOperation({ ifname: "lo", up: true }),
    setLinkOperation({ ifname, up: true }),
    addAddressOperation({ ifname, address: `${underlays[4][1]}/31` }),
    addAddressOperation({ ifname, address: `${underlays[6][1]}/127`, nodad: true }),
  ]);
}

/** Open vSwitch in user space, with a database of its own. */
export interface Switch extends AsyncDisposable {
  vsctl(...command: readonly string[]): Promise<string>;
  ofctl(...command: readonly string[]): Promise<string>;
}

/** Starts one in a namespace. */
export async function openSwitch(netns: string): Promise<Switch> {
  return await disposedOnFailure(async (stack) => {
    const folder = await mkdtemp(join(tmpdir(), "weft-ovs-"));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const folders = ["OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR"].map((name) => `${name}=${folder}`);
    const socket = `unix:${folder}/db.sock`;
    const run = (...command: readonly string[]) => must(netns, "env", ...folders, ...command);
    const start = (...command: readonly string[]) => {
      const args = [`--net=${netns}`, "env", ...folders, ...command, "-vconsole:off"];
      stack.use(ending(spawn("nsenter", args, { stdio: "ignore", cwd: folder })));
    };
    await run("ovsdb-tool", "create", `${folder}/conf.db`, "/usr/share/openvswitch/vswitch.ovsschema");
    start("ovsdb-server", `--remote=p${socket}`, `--unixctl=${folder}/db.ctl`, `${folder}/conf.db`);
    const vsctl = (...command: readonly string[]) =>
      run("ovs-vsctl", "--timeout=10", `--db=${socket}`, ...command);
    await until(async () => (await inside(netns, "ovs-vsctl", `--db=${socket}`, "--no-wait", "init")).ok);
    start("ovs-vswitchd", `--unixctl=${folder}/switch.ctl`, "--disable-system", socket);
    const ofctl = (...command: readonly string[]) => run("ovs-ofctl", "-OOpenFlow13", ...command);
    return { vsctl, ofctl, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  });
}

function ending(child: ChildProcess): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** A switch sees whole packets: nobody may leave a checksum or a segmentation to a device that is none. */
export async function offloadNothing(netns: string, ...devices: readonly string[]): Promise<void> {
  for (const ifname of devices) {
    await setFeature({ netns, ifname, feature: "tx-checksum-ip-generic", on: false });
  }
}
