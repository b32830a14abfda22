// The mesh that a chaos run is made on: a lab in a state directory of its own, on a small file system of its own.
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type MeshPaths,
  meshName,
  meshPaths,
  type ProcessRecord,
  readProcesses,
  unlimitedWaits,
  type Waits,
} from "@weft/cli";
import { buildWorkload, type ContainerRecord, findContainer } from "@weft/lab";
import { mustRun, type Ran, runCommand } from "../run-command.ts";
import { scene } from "./scene.ts";

/** The `weft` command of this tree. */
export const command = join(import.meta.dirname, "..", "..", "weft");
/** Of the file system that holds the state: small enough to be filled in a moment. */
const diskMegabytes = 1024;

/** A lab that is up, with the containers of the scene. */
export interface ChaosLab extends AsyncDisposable {
  readonly paths: MeshPaths;
  readonly hosts: readonly string[];
  readonly actor: string;
  readonly waits: Waits;
  readonly signal: AbortSignal;
  /** The workload program of the lab's containers. */
  readonly workload: string;
  /** A directory beside the state, for accounts. */
  readonly scratch: string;
  container(name: string): ContainerRecord;
  /** Runs the `weft` command on this lab. */
  run(words: readonly string[], input?: string, env?: Readonly<Record<string, string>>): Promise<Ran>;
  /** The processes of the mesh now, the supervisor included. */
  processes(): Promise<readonly ProcessRecord[]>;
  /** Keeps the logs of all processes beyond the end of the lab; answers where. */
  keepLogs(): Promise<string>;
}

/** Brings the lab up. Disposing takes everything away that was made, whatever became of it. */
export async function openLab(hostCount: number, signal: AbortSignal): Promise<ChaosLab> {
  const directory = await mkdtemp(join(tmpdir(), "weft-chaos-"));
  const state = join(directory, "state");
  const paths = meshPaths(state);
  await mustRun(["mkdir", "-p", state, join(directory, "scratch")]);
  await mustRun(["mount", "-t", "tmpfs", "-o", `size=${diskMegabytes}m,mode=0700`, "weft-chaos", state]);
  const run: ChaosLab["run"] = (words, input = "", env = {}) =>
    runCommand([command, ...words], { input, env: { ...env, WEFT_STATE: state } });
  const dispose = async () => {
    await run(["down"]);
    await runCommand(["umount", "--lazy", state]);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const hosts = Array.from({ length: hostCount }, (_, index) => `h${index + 1}`);
    const up = await run(["lab", "up", "-f", "-", "--hosts", `${hostCount}`], scene);
    if (up.status !== 0) throw new Error(`weft lab up: status ${up.status}\n${up.stderr}`);
    signal.throwIfAborted();
    return {
      paths,
      hosts,
      actor: "chaos",
      waits: unlimitedWaits({ say: () => {} }),
      signal,
      workload: await buildWorkload(signal),
      scratch: join(directory, "scratch"),
      container: await startContainers(run, paths),
      run,
      processes: async () => (await readProcesses(paths))?.processes ?? [],
      keepLogs: async () => {
        const kept = await mkdtemp(join(tmpdir(), "weft-chaos-logs-"));
        await cp(paths.logs, kept, { recursive: true });
        await cp(join(paths.nats, "nats.log"), join(kept, "nats.log"));
        return kept;
      },
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** The mesh's name, as it stands in the names of its namespaces. */
export function meshOf({ paths }: Pick<ChaosLab, "paths">): string {
  return meshName(paths.state, "lab");
}

const containers = [
  ["client", "h1", "role=client"],
  ["near", "h1", "role=server"],
  ["far", "h2", "role=server"],
  ["gate", "h2", "role=gate"],
  ["door", "h1", "role=door"],
  ["guest", "h2", "role=guest,open=yes"],
] as const;

async function startContainers(run: ChaosLab["run"], paths: MeshPaths): Promise<ChaosLab["container"]> {
  const found = new Map<string, ContainerRecord>();
  for (const [name, host, labels] of containers) {
    const ran = await run(["lab", "run", `chaos/${name}`, "--host", host, "-l", labels]);
    if (ran.status !== 0) throw new Error(`weft lab run chaos/${name}: ${ran.stderr}`);
    found.set(name, await findContainer(paths.containers, "chaos", name));
  }
  return (name) => {
    const one = found.get(name);
    if (one === undefined) throw new Error(`the scene has no container ${name}`);
    return one;
  };
}
