// Real hosts of a test: network namespaces with an uplink between them, a bpffs, and containers that are namespaces.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import {
  addAddressOperation,
  createNetns,
  createVeth,
  mountBpffs,
  type NetworkNamespace,
  runNetwork,
  setLinkOperation,
  unmountBpffs,
} from "@weft/ebpf";

const run = promisify(execFile);
let count = 0;

/** Why a kernel test cannot run here; undefined when it can. */
export const kernelTest: { readonly skip?: string } = process.getuid?.() === 0 ? {} : { skip: "needs root" };

/** Up to two hosts, h1 and h2, with uplink "up0" (192.0.2.1 and 192.0.2.2 at the two ends of a veth). */
export interface Rig extends AsyncDisposable {
  readonly hosts: readonly NetworkNamespace[];
  readonly bpffs: string;
  /** A directory of the test's own. */
  readonly scratch: string;
  /** A namespace for a container. */
  container(): Promise<NetworkNamespace>;
}

/** Makes a rig, which is gone after `await using`. */
export async function makeRig(): Promise<Rig> {
  await using stack = new AsyncDisposableStack();
  const prefix = `wt-${process.pid}-l${count++}`;
  const scratch = await mkdtemp(join(tmpdir(), `${prefix}-`));
  stack.defer(() => rm(scratch, { recursive: true, force: true }));
  const bpffs = join(scratch, "bpf");
  await mountBpffs(bpffs);
  stack.defer(() => unmountBpffs(bpffs));
  const hosts = [stack.use(await createNetns(`${prefix}-h1`)), stack.use(await createNetns(`${prefix}-h2`))];
  const [first, second] = hosts;
  const peer = { name: "up0", netns: second?.path ?? "", up: true };
  await createVeth({ netns: first?.path ?? "", name: "up0", up: true, peer });
  for (const [index, host] of hosts.entries()) {
    const address = `192.0.2.${index + 1}/24`;
    await runNetwork(host.path, [
      setLinkOperation({ ifname: "lo", up: true }),
      addAddressOperation({ ifname: "up0", address }),
    ]);
  }
  let containers = 0;
  const owned = stack.move();
  return {
    hosts,
    bpffs,
    scratch,
    container: async () => owned.use(await createNetns(`${prefix}-c${containers++}`)),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Runs a command in a namespace; its standard output, whatever its exit status. */
export async function inside(netns: string, command: readonly string[]): Promise<string> {
  const done = await run("nsenter", [`--net=${netns}`, ...command]).catch(
    (error: { stdout: string }) => error,
  );
  return done.stdout;
}

/** Pings an address from a namespace; how many of the packets came back. */
export async function ping(netns: string, address: string, packets = 3): Promise<number> {
  const output = await inside(netns, ["ping", "-q", "-i", "0.01", "-W", "1", "-c", `${packets}`, address]);
  return Number(/(\d+) received/.exec(output)?.[1] ?? 0);
}

/** Packets of a flood. */
interface FloodCount {
  readonly sent: number;
  readonly received: number;
}

const answer = /icmp_seq=(\d+) .*time=/;

/**
 * Counts from what ping printed. `before` is the last answer when the flood was to stop. What was sent before the last
 * answer is lost if it has none; what was sent after it was still on its way, unless nothing came any more.
 */
export function countFlood(lines: readonly string[], before: number): FloodCount {
  const answered = new Set(lines.flatMap((line) => answer.exec(line)?.[1] ?? []).map(Number));
  const last = Math.max(0, ...answered);
  const transmitted = Number(/(\d+) packets transmitted/.exec(lines.join("\n"))?.[1]);
  return { sent: last > before ? last : transmitted, received: answered.size };
}

/** Pings in a flood until stopped; how many were sent and came back, see `countFlood`. */
export function flood(netns: string, address: string): { stop(): Promise<FloodCount> } {
  const command = ["ping", "-n", "-i", "0.002", "-W", "1", address];
  const child = spawn("nsenter", [`--net=${netns}`, ...command], { stdio: ["ignore", "pipe", "ignore"] });
  const lines: string[] = [];
  let last = 0;
  createInterface(child.stdout).on("line", (line) => {
    lines.push(line);
    last = Number(answer.exec(line)?.[1] ?? last);
  });
  return {
    async stop() {
      const before = last;
      const deadline = Date.now() + 2000;
      while (last === before && Date.now() < deadline) await delay(5);
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGINT");
      await ended;
      return countFlood(lines, before);
    },
  };
}
