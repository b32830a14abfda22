// The services a loader talks to, as processes, and loaders as processes: started by their files, because services never
// import each other.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startNats, type TestNats } from "@weft/log/testing";
import { parsePrefix, prefixToBytes } from "@weft/netaddr";
import { type Client, connect } from "@weft/rpc";
import type { AttachMode } from "../src/kernel/hooks.ts";
import type { Rig } from "./rig.ts";

/** A process of a service. */
interface ServiceProcess extends AsyncDisposable {
  readonly pid: number;
  /** Ends it and waits for its end. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** A mesh of real services for the hosts of a rig. */
export interface TestMesh extends AsyncDisposable {
  readonly nats: TestNats;
  readonly state: string;
  readonly ipam: Client<"Ipam">;
  readonly compiler: Client<"Compiler">;
  /** The processes of "identity", "ipam" and "compiler". */
  readonly services: ReadonlyMap<string, ServiceProcess>;
  /** Starts the loader of host h<n>; returns when it answers. `more` is of its environment. */
  loader(n: 1 | 2, mode?: AttachMode, more?: Readonly<Record<string, string>>): Promise<ServiceProcess>;
  /** A client of the loader of host h<n>. */
  client(n: 1 | 2): Client<"Loader">;
}

/** Starts nats-server and the services for a rig, with a pool. */
export async function startMesh(rig: Rig): Promise<TestMesh> {
  await using stack = new AsyncDisposableStack();
  const nats = stack.use(await startNats({ hosts: ["h1", "h2"] }));
  const state = join(rig.scratch, "state");
  const sockets = join(state, "sockets");
  const seeds = join(rig.scratch, "seeds");
  for (const directory of [state, sockets, seeds]) await mkdir(directory, { recursive: true });

  async function start(service: string, user: string, socket: string, more: Record<string, string>) {
    const seed = join(seeds, user);
    await writeFile(seed, nats.seed(user), { mode: 0o600 });
    const env = { WEFT_STATE: state, WEFT_NATS_URL: nats.url, WEFT_NATS_SEED_FILE: seed, ...more };
    return launch(service, join(sockets, `${socket}.sock`), env);
  }

  const services = new Map<string, ServiceProcess>();
  // In a run of all tests other files have wanted the same objects.
  const { WEFT_TEST_OBJECTS: kept } = process.env;
  for (const name of ["identity", "ipam", "compiler"]) {
    services.set(
      name,
      stack.use(await start(name, name, name, kept === undefined ? {} : { WEFT_CACHE: kept })),
    );
  }
  const ipam = connect("Ipam", join(sockets, "ipam.sock"), { actor: "test" });
  stack.defer(() => ipam.close());
  const compiler = connect("Compiler", join(sockets, "compiler.sock"), { actor: "test", deadlineMs: 30_000 });
  stack.defer(() => compiler.close());
  const [ipv6, ipv4] = ["fd00:1::/48", "10.7.0.0/16"].map((text) => prefixToBytes(parsePrefix(text)));
  await ipam.definePool({ ipv6: ipv6 ?? null, ipv4: ipv4 ?? null });
  const owned = stack.move();
  return {
    nats,
    state,
    ipam,
    compiler,
    services,
    async loader(n, mode = "tcx", more = {}) {
      const host = `h${n}`;
      const environment = {
        WEFT_HOST: host,
        WEFT_NETNS: rig.hosts[n - 1]?.path ?? "",
        WEFT_UPLINK: "up0",
        WEFT_UNDERLAY: `192.0.2.${n}`,
        WEFT_BPFFS: rig.bpffs,
        WEFT_ATTACH: mode,
        WEFT_CACHE: join(rig.scratch, `cache-${host}`),
        WEFT_SETTLE_MS: "50",
        ...more,
      };
      return owned.use(await start("loader", `loader-${host}`, `loader-${host}`, environment));
    },
    client(n) {
      const client = connect("Loader", join(sockets, `loader-h${n}.sock`), {
        actor: "test",
        deadlineMs: 20_000,
      });
      owned.defer(() => client.close());
      return client;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function launch(service: string, socket: string, env: Record<string, string>): Promise<ServiceProcess> {
  const main = fileURLToPath(new URL(`../../${service}/src/main.ts`, import.meta.url));
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said: string[] = [];
  const ready = new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (chunk: Buffer) => {
      said.push(chunk.toString());
      if (said.join("").includes('"msg":"ready"')) resolve();
    });
    child.once("exit", (code) =>
      reject(new Error(`${service} ended with ${code} before ${socket}: ${said.join("")}`)),
    );
  });
  const late = delay(30_000, undefined, { ref: false }).then(() => {
    throw new Error(`${service} is not ready: ${said.join("")}`);
  });
  await Promise.race([ready, late]).catch(async (error: unknown) => {
    await end(child, "SIGKILL");
    throw error;
  });
  return {
    pid: child.pid ?? 0,
    end: (signal) => end(child, signal),
    [Symbol.asyncDispose]: () => end(child, "SIGTERM"),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await gone;
  clearTimeout(timer);
}
