import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { subjects } from "@weft/log";
import { isWeftError, parsePrefix, prefixToBytes, toWeftError } from "@weft/netaddr";
import { serviceOf } from "../mesh/client.ts";
import { type MeshConfig, syncOf } from "../mesh/config.ts";
import { holdMesh } from "../mesh/host-mark.ts";
import { openLog } from "../mesh/log.ts";
import { type MeshPaths, socketPath } from "../mesh/paths.ts";
import { type ProcessRecord, readProcesses, runningProcesses } from "../mesh/processes.ts";
import { unlimitedWaits } from "../waits.ts";
import { type ChildSpec, SupervisedChild } from "./child.ts";
import { guardianSpec } from "./guardian.ts";
import { boundLogFiles } from "./log-file.ts";
import { SupervisedNats } from "./nats.ts";
import { Notes } from "./notes.ts";
import { type SupervisorReport, serveReport } from "./report.ts";
import { Spares } from "./spares.ts";
import { loaderSpec, meshServices, natsEnvironment, type SpecOptions, serviceSpec } from "./specs.ts";
import { waitForSocket } from "./wait.ts";
import { Watch } from "./watch.ts";
import { watchedChild, watchedNats } from "./watched.ts";

/** Everything a supervisor has to know. */
interface SupervisorOptions {
  readonly paths: MeshPaths;
  readonly mesh: MeshConfig;
  /** This process. */
  readonly self: ProcessRecord;
  readonly environment: Readonly<Record<string, string>>;
  readonly actor: string;
  /** Whether the mesh was up before: what runs of it is adopted, and nothing is ended because something else fails. */
  readonly resume: boolean;
  /** Whether nobody else starts this process again, so that it needs a guardian. */
  readonly guarded: boolean;
  readonly onProgress: (text: string) => void;
  /** Another supervisor of this mesh answers, from another network namespace: this one is one too many. */
  readonly onOther: (error: unknown) => void;
}

const startMs = 60_000;
const waits = unlimitedWaits({ say: (text) => console.error(text) });
const graceMs = 8_000;
const tickMs = 5_000;
const againMs = 1_000;

/** Runs the processes of a mesh: nats-server, the services, a loader for each host. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #children: SupervisedChild[] = [];
  readonly #watches: { readonly name: string; readonly watch: Watch }[] = [];
  readonly #stopped = new AbortController();
  readonly #notes: Notes;
  readonly #spares: Spares;
  #nats: SupervisedNats | undefined;
  #report: AsyncDisposable | undefined;
  #adopted: ReadonlyMap<string, ProcessRecord> = new Map();
  #troubles: readonly string[] = [];

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const { paths, mesh, environment } = options;
    const compiled = join(mesh.cache, "node");
    this.#spares = new Spares(paths.state, { ...environment, NODE_COMPILE_CACHE: compiled });
    this.#notes = new Notes(options.paths, () => ({ natsUrl: this.#natsUrl, processes: this.#records() }));
  }

  /** Makes it the one supervisor of its mesh; FAILED_PRECONDITION when there is another one. */
  async claim(): Promise<void> {
    await holdMesh(this.#options.mesh);
    await this.#openDoor();
  }

  /** Starts everything; returns when every service answers and the mesh is configured. */
  async start(): Promise<void> {
    const { paths, mesh, resume, guarded, onProgress } = this.#options;
    await mkdir(paths.logs, { recursive: true, mode: 0o700 }).catch(() => {});
    if (resume) this.#adopted = await findAdopted(paths);
    if (mesh.natsUrl === "") await this.#startNats();
    onProgress(`log: ${this.#natsUrl}`);
    const common: SpecOptions = {
      ...this.#options,
      natsUrl: this.#natsUrl,
      seedFile: (user) => this.#nats?.seedFile(user) ?? join(mesh.data, "seeds", `${user}.seed`),
    };
    if (guarded) this.#supervise(guardianSpec(this.#options));
    void this.#tick();
    await this.#notes.write();
    await this.#startServices(common, resume ? this.#stopped.signal : AbortSignal.timeout(startMs));
    this.#spares.prepare();
    await this.#notes.write();
  }

  /** What is to be told of the mesh now. */
  report(): SupervisorReport {
    const troubles = new Map(this.#watches.map(({ name, watch }) => [name, watch.trouble]));
    const processes = this.#records().map((one) => ({ ...one, trouble: troubles.get(one.name) ?? "" }));
    const missing = [...troubles].filter(([name]) => !processes.some((one) => one.name === name));
    const unwritten = this.#notes.trouble === "" ? [] : [this.#notes.trouble];
    return {
      processes,
      troubles: [...this.#troubles, ...unwritten, ...missing.map(([name, trouble]) => `${name}: ${trouble}`)],
    };
  }

  /** Stops everything, the log last. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#spares.stop();
    await Promise.all(this.#children.map((child) => child.stop(graceMs)));
    await this.#nats?.stop();
    await this.#notes.write();
    await this.#report?.[Symbol.asyncDispose]();
  }

  get #natsUrl(): string {
    return this.#nats?.url ?? this.#options.mesh.natsUrl;
  }

  #records(): ProcessRecord[] {
    const records = [this.#options.self, this.#nats?.record, ...this.#children.map((child) => child.record)];
    return records.filter((record) => record !== undefined);
  }

  /** A second supervisor is refused here. Where a disk is full, the door opens later. */
  async #openDoor(): Promise<void> {
    try {
      this.#report = await serveReport(this.#options.paths, () => this.report());
      this.#troubles = [];
    } catch (error) {
      if (isWeftError(error, "FAILED_PRECONDITION")) throw error;
      const trouble = `the supervisor cannot be asked: ${toWeftError(error).message}`;
      if (!this.#troubles.includes(trouble)) console.error(`weft: ${trouble}`);
      this.#troubles = [trouble];
    }
  }

  async #startNats(): Promise<void> {
    const { paths, mesh, environment, resume } = this.#options;
    const options = {
      directory: mesh.data,
      hosts: mesh.hosts.map(({ name }) => name),
      env: natsEnvironment(paths, environment),
      sync: syncOf(mesh),
      onChange: () => void this.#notes.write(),
    };
    // Others that run know the server by its port.
    this.#nats =
      this.#adopted.size > 0
        ? SupervisedNats.resume(options, this.#adopted.get("nats-server")?.restarts ?? 0)
        : await SupervisedNats.start(options).catch((error: unknown) => {
            if (!resume) throw error;
            console.error(`weft: nats-server: ${toWeftError(error).message}`);
            return SupervisedNats.resume(options, 0);
          });
    this.#watch(watchedNats(this.#nats, mesh.data));
  }

  async #startServices(common: SpecOptions, signal: AbortSignal): Promise<void> {
    const { mesh, onProgress } = this.#options;
    const [ipam, ...others] = meshServices.map((name) => this.#start(serviceSpec(name, common), signal));
    const pool = Promise.resolve(ipam).then(() => this.#eventually(() => this.#definePool(signal)));
    // Loaders need an address space and nothing else: they come up while the other services still do. Where a mesh was up
    // before, there is one.
    const loaders = (this.#options.resume ? Promise.resolve() : pool)
      .then(() => Promise.all(mesh.hosts.map((host) => this.#start(loaderSpec(host, common), signal))))
      .then(() => onProgress(`loaders: ${mesh.hosts.map(({ name }) => name).join(", ")}`));
    // An adopted loader waits for nobody.
    for (const host of mesh.hosts) this.#adopt(loaderSpec(host, common));
    const services = Promise.all(others)
      .then(() => this.#eventually(() => this.#setOptions(signal)))
      .then(() => onProgress(`services: ${meshServices.join(", ")}`));
    await Promise.all([services, pool, loaders]);
  }

  /** Starts a program, unless it runs already; returns when it answers. */
  #start(spec: ChildSpec, signal: AbortSignal): Promise<void> {
    const child = this.#children.find((one) => one.spec.name === spec.name) ?? this.#supervise(spec);
    const socket = socketPath(this.#options.paths, spec.name);
    return waitForSocket(socket, spec.name, signal, () =>
      this.#options.resume ? undefined : child.hopeless,
    );
  }

  /** At a first start what fails ends it; afterwards it is done as soon as it can be, and what is refused is told. */
  async #eventually(work: () => Promise<void>): Promise<void> {
    if (!this.#options.resume) return work();
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        return await work();
      } catch (error) {
        const { code, message } = toWeftError(error);
        console.error(`weft: ${message}`);
        if (code !== "UNAVAILABLE" && code !== "DEADLINE_EXCEEDED") return;
      }
      await sleep(againMs, undefined, { signal }).catch(() => {});
    }
  }

  #adopt(spec: ChildSpec): void {
    if (this.#adopted.has(spec.name)) this.#supervise(spec);
  }

  #supervise(spec: ChildSpec): SupervisedChild {
    const child = new SupervisedChild(spec, () => void this.#notes.write(), this.#spares);
    this.#children.push(child);
    child.start(this.#adopted.get(spec.name));
    this.#watch(watchedChild(child, this.#options.paths));
    return child;
  }

  #watch(target: ConstructorParameters<typeof Watch>[0]): void {
    const watch = new Watch(target, this.#adopted.has(target.name), (text) => console.error(`weft: ${text}`));
    this.#watches.push({ name: target.name, watch });
    void watch.run(this.#stopped.signal);
  }

  /** What has to be seen to now and then. Nothing in it may end the supervisor. */
  async #tick(): Promise<void> {
    const { signal } = this.#stopped;
    const { paths, mesh } = this.#options;
    while (!signal.aborted) {
      this.#notes.refresh();
      boundLogFiles(paths.logs, join(mesh.data, "nats.log"));
      if (this.#report === undefined) await this.#openDoor().catch(this.#options.onOther);
      await sleep(tickMs, undefined, { signal }).catch(() => {});
    }
  }

  async #definePool(signal: AbortSignal): Promise<void> {
    const { paths, mesh, actor } = this.#options;
    const prefix = (text: string) => prefixToBytes(parsePrefix(text));
    using ipam = serviceOf(paths, "Ipam", { actor, waits });
    try {
      await ipam.definePool({ ipv6: prefix(mesh.pool.ipv6), ipv4: prefix(mesh.pool.ipv4) }, { signal });
    } catch (error) {
      // The log has a pool from an earlier time, and nobody asked for another one.
      if (mesh.pool.chosen || !isWeftError(error, "ALREADY_EXISTS")) throw error;
    }
  }

  async #setOptions(signal: AbortSignal): Promise<void> {
    const { paths, mesh, actor, resume } = this.#options;
    if (Object.keys(mesh.options).length === 0) return;
    // What people have set since the first start stays.
    if (resume && (await hasOptions(paths, signal))) return;
    using compiler = serviceOf(paths, "Compiler", { actor, waits });
    await compiler.setOptions({ scope: "mesh", values: mesh.options }, { signal });
  }
}

/** What runs of a mesh, by name, with what is written down of it. */
async function findAdopted(paths: MeshPaths): Promise<Map<string, ProcessRecord>> {
  const noted = (await readProcesses(paths).catch(() => undefined))?.processes ?? [];
  const restarts = new Map(noted.map((one) => [one.name, one.restarts]));
  const others = runningProcesses(paths).filter(({ name }) => name !== "supervisor" && name !== "guardian");
  return new Map(others.map((one) => [one.name, { ...one, restarts: restarts.get(one.name) ?? 0 }]));
}

async function hasOptions(paths: MeshPaths, signal: AbortSignal): Promise<boolean> {
  await using log = await openLog(paths, { signal, waits });
  return (await log.last(subjects.option("mesh"))) !== undefined;
}
