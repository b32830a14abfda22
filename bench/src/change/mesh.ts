// A mesh of simulated hosts for one measurement: a real nats-server, the real services, and loaders of many hosts in few
// processes. All hosts share one kernel and its two or more CPUs with everything else.
import { type ChildProcess, fork, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mountBpffs, unmountBpffs } from "@weft/ebpf";
import { startNats, type TestNats } from "@weft/log/testing";
import { parsePrefix, prefixToBytes } from "@weft/netaddr";
import { type Client, connect } from "@weft/rpc";
import { ip } from "../shell.ts";
import type { HostsReport, HostsWish, HostWish } from "./hosts.ts";

const root = join(import.meta.dirname, "..", "..", "..");

/** Loaders of one process; with more, one waits for the other's turn. */
const hostsMost = 25;

/** Hosts with one container each, called `h<n>`: labels `app=web` and `host=h<n>`. */
export interface ManyHosts extends AsyncDisposable {
  readonly nats: TestNats;
  readonly compiler: Client<"Compiler">;
  readonly hosts: readonly string[];
  readonly processes: number;
  /** Hands on what the processes of the hosts tell, until the next listener. */
  onReport(listener: (report: HostsReport) => void): void;
  loader(host: string): Client<"Loader">;
}

/** Starts so many hosts; returns when each has its container and the identities `app=a` and `app=b` have numbers. */
export async function startHosts(count: number): Promise<ManyHosts> {
  await using stack = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "weft-bench-"));
  stack.defer(() => rmSync(directory, { recursive: true, force: true }));
  const [state, bpffs] = [join(directory, "state"), join(directory, "bpf")];
  for (const part of ["sockets", "cache"]) mkdirSync(join(state, part), { recursive: true });
  await mountBpffs(bpffs);
  stack.defer(() => unmountBpffs(bpffs));
  const names = Array.from({ length: count }, (_, n) => `h${n + 1}`);
  const nats = stack.use(await startNats({ hosts: names }));
  for (const service of ["identity", "ipam", "compiler"]) stack.use(await startService(service, state, nats));
  const socket = (name: string) => join(state, "sockets", `${name}.sock`);
  const client = <S extends "Identity" | "Ipam" | "Compiler" | "Loader">(
    service: S,
    name: string,
  ): Client<S> => {
    return stack.use(connect(service, socket(name), { actor: "bench", deadlineMs: 60_000 }));
  };
  const [ipv6, ipv4] = ["fd00:be::/48", "10.252.0.0/16"].map((text) => prefixToBytes(parsePrefix(text)));
  await client("Ipam", "ipam").definePool({ ipv6: ipv6 ?? null, ipv4: ipv4 ?? null });
  const netns = stack.use(namespaces(names));
  const wishes = names.map((name, n): HostWish => {
    const underlay = `10.253.${Math.floor(n / 64)}.${(n % 64) * 4 + 1}`;
    return { name, netns: netns.host(n), underlay, seed: nats.seed(`loader-${name}`) };
  });
  let listener: (report: HostsReport) => void = () => undefined;
  const shares = Array.from({ length: Math.ceil(count / hostsMost) }, (_, n) =>
    wishes.filter((_, index) => index % Math.ceil(count / hostsMost) === n),
  );
  await Promise.all(
    shares.map(async (hosts) => {
      const wish = { natsUrl: nats.url, state, bpffs, hosts };
      stack.use(await startShare(wish, (report) => listener(report)));
    }),
  );
  const loaders = new Map(names.map((name) => [name, client("Loader", `loader-${name}`)]));
  await Promise.all(names.map((name, n) => attach(loaders.get(name), name, netns.container(n))));
  const sets = ["a", "b"].map((app) => ({ labels: { app, "io.kubernetes.pod.namespace": "bench" } }));
  await client("Identity", "identity").allocate({ sets });
  const compiler = client("Compiler", "compiler");
  const owned = stack.move();
  return {
    nats,
    compiler,
    hosts: names,
    processes: shares.length,
    onReport(next) {
      listener = next;
    },
    loader(host) {
      const found = loaders.get(host);
      if (found === undefined) throw new RangeError(`there is no host ${host}`);
      return found;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function attach(loader: Client<"Loader"> | undefined, name: string, netns: string): Promise<void> {
  const labels = { app: "web", host: name };
  await loader?.attach({ id: name, namespace: "bench", name, netns, labels, interface: "eth0" });
}

/** A namespace for each host, with an uplink to one that stands for the network, and one for its container. */
function namespaces(names: readonly string[]) {
  const prefix = `wb-${process.pid}`;
  const [fabric, made] = [`${prefix}-net`, [] as string[]];
  const add = (name: string): void => {
    ip(`netns add ${name}`);
    made.push(name);
  };
  const remove = (): void => {
    for (const name of made.splice(0)) ip(`netns delete ${name}`);
  };
  try {
    add(fabric);
    for (const [n, name] of names.entries()) {
      add(`${prefix}-${name}`);
      add(`${prefix}-${name}c`);
      ip(`link add up0 netns ${prefix}-${name} type veth peer name ${name} netns ${fabric}`);
      ip(`-n ${prefix}-${name} link set lo up`);
      ip(`-n ${prefix}-${name} link set up0 up`);
      ip(`-n ${fabric} link set ${name} up`);
      ip(`-n ${prefix}-${name} address add 10.253.${Math.floor(n / 64)}.${(n % 64) * 4 + 1}/30 dev up0`);
    }
  } catch (error) {
    remove();
    throw error;
  }
  return {
    host: (n: number) => `/run/netns/${prefix}-${names[n]}`,
    container: (n: number) => `/run/netns/${prefix}-${names[n]}c`,
    [Symbol.dispose]: remove,
  };
}

async function startService(service: string, state: string, nats: TestNats): Promise<AsyncDisposable> {
  const seed = join(state, `${service}.seed`);
  writeFileSync(seed, nats.seed(service), { mode: 0o600 });
  const env = {
    PATH: process.env.PATH ?? "",
    WEFT_STATE: state,
    WEFT_NATS_URL: nats.url,
    WEFT_NATS_SEED_FILE: seed,
  };
  const main = join(root, "services", service, "src", "main.ts");
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  const ready = new Promise<void>((resolve) => {
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('"msg":"ready"')) resolve();
    });
  });
  return started(child, ready, () => `${service}: ${said}`);
}

async function startShare(
  wish: HostsWish,
  onReport: (report: HostsReport) => void,
): Promise<AsyncDisposable> {
  const child = fork(join(import.meta.dirname, "hosts.ts"), [JSON.stringify(wish)], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4096);
  });
  const ready = new Promise<void>((resolve) => {
    child.on("message", (report: HostsReport) => (report.kind === "up" ? resolve() : onReport(report)));
  });
  return started(child, ready, () => `loaders: ${said}`);
}

/** Waits until a process is ready; disposing tells it to end, and waits. */
async function started(
  child: ChildProcess,
  ready: Promise<void>,
  said: () => string,
): Promise<AsyncDisposable> {
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const end = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    else child.kill("SIGTERM");
    await ended;
  };
  const failed = ended.then(() => {
    throw new Error(`ended before it was ready: ${said()}`);
  });
  await Promise.race([ready, failed]);
  failed.catch(() => undefined);
  return { [Symbol.asyncDispose]: end };
}
