import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isWeftError, parsePrefix, prefixToBytes } from "@weft/netaddr";
import { serviceOf } from "../mesh/client.ts";
import type { MeshConfig } from "../mesh/config.ts";
import { type MeshPaths, socketPath } from "../mesh/paths.ts";
import { type ProcessRecord, writeProcesses } from "../mesh/processes.ts";
import { type ChildSpec, SupervisedChild } from "./child.ts";
import { SupervisedNats } from "./nats.ts";
import { loaderSpec, meshServices, type SpecOptions, serviceSpec } from "./specs.ts";
import { waitForSocket } from "./wait.ts";

/** Everything a supervisor has to know. */
export interface SupervisorOptions {
  readonly paths: MeshPaths;
  readonly mesh: MeshConfig;
  /** This process. */
  readonly self: ProcessRecord;
  readonly environment: Readonly<Record<string, string>>;
  readonly actor: string;
  readonly onProgress: (text: string) => void;
}

const startMs = 60_000;
const graceMs = 8_000;

/** Runs the processes of a mesh: nats-server, the services, a loader for each host. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #children: SupervisedChild[] = [];
  #nats: SupervisedNats | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Starts everything; returns when every service answers and the mesh is configured. */
  async start(): Promise<void> {
    const { paths, mesh, onProgress } = this.#options;
    await mkdir(paths.logs, { recursive: true, mode: 0o700 });
    const hosts = mesh.hosts.map((host) => host.name);
    if (mesh.natsUrl === "") {
      this.#nats = await SupervisedNats.start(mesh.data, hosts, () => this.#write());
    }
    onProgress(`log: ${this.#natsUrl}`);
    const common: SpecOptions = {
      ...this.#options,
      natsUrl: this.#natsUrl,
      seedFile: (user) => this.#nats?.seedFile(user) ?? join(mesh.data, "seeds", `${user}.seed`),
    };
    const signal = AbortSignal.timeout(startMs);
    const [ipam, ...others] = meshServices.map((name) => this.#start(serviceSpec(name, common), signal));
    // Loaders need an address space and nothing else: they come up while the other services still do.
    const loaders = Promise.resolve(ipam)
      .then(() => this.#definePool(signal))
      .then(() => Promise.all(mesh.hosts.map((host) => this.#start(loaderSpec(host, common), signal))))
      .then(() => onProgress(`loaders: ${hosts.join(", ")}`));
    const services = Promise.all(others)
      .then(() => this.#setOptions(signal))
      .then(() => onProgress(`services: ${meshServices.join(", ")}`));
    await Promise.all([services, loaders]);
    await this.#writing;
  }

  /** Stops everything, the log last. */
  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.stop(graceMs)));
    await this.#nats?.stop();
    await this.#writing;
  }

  get #natsUrl(): string {
    return this.#nats?.url ?? this.#options.mesh.natsUrl;
  }

  /** Starts a program; returns when it answers. */
  #start(spec: ChildSpec, signal: AbortSignal): Promise<void> {
    const child = new SupervisedChild(spec, () => this.#write());
    this.#children.push(child);
    child.start();
    const socket = socketPath(this.#options.paths, spec.name);
    return waitForSocket(socket, spec.name, signal, () => child.hopeless);
  }

  async #definePool(signal: AbortSignal): Promise<void> {
    const { paths, mesh, actor } = this.#options;
    const prefix = (text: string) => prefixToBytes(parsePrefix(text));
    using ipam = serviceOf(paths, "Ipam", actor);
    try {
      await ipam.definePool({ ipv6: prefix(mesh.pool.ipv6), ipv4: prefix(mesh.pool.ipv4) }, { signal });
    } catch (error) {
      // The log has a pool from an earlier time, and nobody asked for another one.
      if (mesh.pool.chosen || !isWeftError(error, "ALREADY_EXISTS")) throw error;
    }
  }

  async #setOptions(signal: AbortSignal): Promise<void> {
    const { paths, mesh, actor } = this.#options;
    if (Object.keys(mesh.options).length === 0) return;
    using compiler = serviceOf(paths, "Compiler", actor);
    await compiler.setOptions({ scope: "mesh", values: mesh.options }, { signal });
  }

  #write(): void {
    const { paths, self } = this.#options;
    this.#writing = this.#writing.then(() => {
      const records = [self, this.#nats?.record, ...this.#children.map((child) => child.record)];
      const processes = records.filter((record) => record !== undefined);
      return writeProcesses(paths, { natsUrl: this.#natsUrl, processes });
    });
  }
}
