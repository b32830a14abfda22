import { WeftError } from "@weft/netaddr";

/** Where the embedded nats-server lives and who may use it. */
export type ServerOptions = {
  /** Everything of the server: `nats.conf`, `nats.pid`, `nats.log`, `seeds/<user>.seed` (0600), `store/`. */
  readonly directory: string;
  /** Hosts whose loaders get a user; those of earlier starts are kept. */
  readonly hosts?: readonly string[];
  /** TCP port on loopback; default: that of the last start, or a free one. */
  readonly port?: number;
  /** The nats-server program; default: `nats-server` from the PATH. */
  readonly program?: string;
  /** True: the server outlives this process (stop it with `stopServer`). */
  readonly detached?: boolean;
  readonly signal?: AbortSignal;
};

/** A running embedded nats-server. */
export interface NatsServer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly directory: string;
  /** Seed of a user, and the 0600 file that holds it. */
  seed(user: string): string;
  seedFile(user: string): string;
  /** Gives a new host's loader its user, without a restart. */
  addHost(host: string): Promise<void>;
  /** Ends the server; by default orderly (SIGTERM), SIGKILL after 5 s. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/** Starts the embedded server and creates the streams; returns when it is ready. A running one is joined. */
export async function startServer(options: ServerOptions): Promise<NatsServer> {
  throw new WeftError("INTERNAL", options.directory);
}
