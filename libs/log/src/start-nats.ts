import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectLog } from "./connect.ts";
import type { ConnectOptions } from "./connect-types.ts";
import { startServer } from "./server.ts";
import type { Log } from "./types.ts";

/** A real nats-server in a directory of its own, with the real users; gone when disposed. */
export interface TestNats extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** Directory of the server: configuration, seeds, store. */
  readonly directory: string;
  /** Seed of `identity`, `ipam`, `compiler`, `lb`, `cli`, `admin` or `loader-<host>`. */
  seed(user: string): string;
  /** A connection as that user, `weft/<user>`; closed with the server. */
  connect(user: string, options?: Partial<ConnectOptions>): Promise<Log>;
  /** Ends the server as a crash would (SIGKILL). */
  kill(): Promise<void>;
  /** Starts it again on the same port and store. */
  restart(): Promise<void>;
}

/** Starts a nats-server for one test; streams and buckets are there. `hosts` get a user `loader-<host>` each. */
export async function startNats(options: { readonly hosts?: readonly string[] } = {}): Promise<TestNats> {
  const directory = mkdtempSync(join(tmpdir(), "weft-nats-"));
  const open = (again: { readonly port?: number } = {}) =>
    startServer({ directory, hosts: options.hosts ?? ["a", "b", "c"], ...again });
  const logs: Log[] = [];
  let server = await open().catch((error: unknown) => {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  });
  const { url } = server;
  return {
    url,
    directory,
    get pid() {
      return server.pid;
    },
    seed: (user) => server.seed(user),
    async connect(user, more = {}) {
      const log = await connectLog({ url, seed: server.seed(user), name: `weft/${user}`, ...more });
      logs.push(log);
      return log;
    },
    kill: () => server.stop("SIGKILL"),
    async restart() {
      await server.stop();
      server = await open({ port: Number(new URL(url).port) });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(logs.map((log) => log.close()));
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
