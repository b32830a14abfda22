// For tests: a state directory as `weft up` leaves it, with a real nats-server and whatever else a test puts there.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processStart } from "@weft/lab";
import { startNats, type TestNats } from "@weft/log/testing";
import { compileCache } from "@weft/rpc/testing";
import type { MeshConfig } from "../mesh/config.ts";
import { type MeshPaths, meshPaths } from "../mesh/paths.ts";

/** What a run of the command left behind. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A mesh as the command sees it. */
export interface TestState extends AsyncDisposable {
  readonly paths: MeshPaths;
  readonly nats: TestNats;
  /** Runs `weft` through main.ts; `env` beside the state directory. */
  run(
    words: readonly string[],
    input?: string,
    env?: Readonly<Record<string, string | undefined>>,
  ): Promise<Ran>;
  /** Stops the nats-server where it stands: connections stay open, and nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** A service that takes calls and answers none: "compiler", "loader-h1". */
  addSilent(service: string): void;
  /** Nobody answers: a frozen server, and silent services. There is a note of a container, default/web. */
  addSilence(): void;
}

/** The note of a container. */
const container = {
  ...{ id: "0a", namespace: "default", name: "web", host: "h1", labels: {}, ports: [], identity: 256 },
  ...{ ipv6: "fd00:1:2:1::1", ipv4: "", revision: 1, netns: "/run/netns/none", control: "/none" },
};

const main = join(import.meta.dirname, "..", "main.ts");

/** Makes, below `parent`, the state directory of a mesh with one host, h1, whose processes are those that the test adds. */
export async function openState(parent = tmpdir()): Promise<TestState> {
  const nats = await startNats({ hosts: ["h1"] });
  const paths = meshPaths(mkdtempSync(join(parent, "weft-st-")));
  const silent: (() => void)[] = [];
  const mesh: MeshConfig = {
    version: 1,
    id: "0",
    mesh: "test",
    kind: "lab",
    hosts: [{ name: "h1", netns: "", uplink: "lo", underlay: "127.0.0.1" }],
    pool: { ipv6: "fd00:1:2::/48", ipv4: "10.77.0.0/16", chosen: true },
    options: {},
    attach: "auto",
    ipv4: false,
    natsUrl: nats.url,
    data: nats.directory,
    cache: join(paths.state, "cache"),
  };
  writeFileSync(paths.config, JSON.stringify(mesh));
  const self = { name: "nats-server", pid: nats.pid, started: processStart(nats.pid) ?? 0, restarts: 0 };
  writeFileSync(paths.processes, JSON.stringify({ natsUrl: nats.url, processes: [self] }));
  mkdirSync(paths.sockets);
  const addSilent = (service: string): void =>
    void silent.push(listenSilently(join(paths.sockets, `${service}.sock`)));
  const freeze = (): void => void process.kill(nats.pid, "SIGSTOP");
  return {
    paths,
    nats,
    run: (words, input = "", env = {}) => runWeft(words, input, { WEFT_STATE: paths.state, ...env }),
    freeze,
    thaw: () => void process.kill(nats.pid, "SIGCONT"),
    addSilent,
    addSilence() {
      for (const service of ["compiler", "lb", "identity", "ipam", "loader-h1"]) addSilent(service);
      mkdirSync(paths.containers);
      writeFileSync(join(paths.containers, "default_web.json"), JSON.stringify(container));
      freeze();
    },
    async [Symbol.asyncDispose]() {
      process.kill(nats.pid, "SIGCONT");
      for (const close of silent) close();
      await nats[Symbol.asyncDispose]();
      rmSync(paths.state, { recursive: true, force: true });
    },
  };
}

/** Starts the command through main.ts with these variables beside those of the test. */
export function startWeft(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ChildProcessWithoutNullStreams {
  const variables = { NODE_COMPILE_CACHE: compileCache, ...process.env, ...env };
  const child = spawn(process.execPath, [main, ...words], { env: variables });
  child.stdin.on("error", () => {});
  return child;
}

/** Runs the command through main.ts with these variables beside those of the test. */
export function runWeft(
  words: readonly string[],
  input: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = startWeft(words, env);
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk) => out.push(chunk));
    child.stderr.on("data", (chunk) => err.push(chunk));
    child.once("error", reject);
    child.once("close", (status) =>
      resolve({
        status: status ?? 128,
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
      }),
    );
    child.stdin.end(input);
  });
}

function listenSilently(path: string): () => void {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on("error", () => {}))).listen(path);
  return () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
}
