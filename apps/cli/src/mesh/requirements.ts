// What a mesh needs of a machine, found out before anything is started.
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { freemem } from "node:os";
import { dirname, join } from "node:path";
import { cannotWrite, errnoOf, WeftError } from "@weft/netaddr";
import type { MeshConfig } from "./config.ts";
import { checkDirectoryPath } from "./directory-path.ts";
import { checkSocketPaths, type MeshPaths } from "./paths.ts";
import { freeBytes, mib } from "./space.ts";

/** Room for the log, the notes and the logs of the processes at a start, and for the objects of a mesh. */
const needed = { stateMib: 32, cacheMib: 32 } as const;
/** What the processes of a mesh take at least once they answer: nats-server, supervisor and services, and each loader. */
const memory = { meshMib: 350, hostMib: 100 } as const;

/** Throws, naming what is needed and what there is, where a mesh could not start. Leaves only empty directories behind. */
export async function checkRequirements(paths: MeshPaths, mesh: MeshConfig): Promise<void> {
  checkSocketPaths(paths, mesh);
  if (process.getuid?.() !== 0) {
    throw new WeftError("PERMISSION_DENIED", "only root may start a mesh: it loads programs into the kernel");
  }
  await checkDirectory(paths.state, "--state");
  await checkSockets(paths);
  if (mesh.natsUrl === "") await checkDirectory(mesh.data, "--data");
  await checkSpace(mesh.natsUrl === "" ? mesh.data : paths.state, needed.stateMib);
  await checkSpace(paths.state, needed.stateMib);
  await checkSpace(mesh.cache, needed.cacheMib);
  checkMemory(mesh.hosts.length);
}

/** Makes a directory, having tried whether one can be made there. */
async function checkDirectory(path: string, field: string): Promise<void> {
  checkDirectoryPath(path, field);
  try {
    // First where it will be: mkdir, asked for all of a path, calls a read-only file system ENOENT.
    const above = await existing(path);
    await rm(await mkdtemp(join(above, ".try")), { recursive: true });
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

async function checkSockets(paths: MeshPaths): Promise<void> {
  const place = await mkdtemp(join(paths.state, ".try"));
  const server = createServer();
  try {
    const listening = Promise.withResolvers<void>();
    server.once("error", listening.reject).listen(join(place, "s"), listening.resolve);
    await listening.promise;
  } catch (cause) {
    const message = `no Unix socket can be made in ${paths.state} (${errnoOf(cause)})`;
    const expected = "a directory of another file system";
    throw new WeftError("FAILED_PRECONDITION", message, { field: "--state", cause, expected });
  } finally {
    server.close();
    await rm(place, { recursive: true, force: true });
  }
}

/** The path, or the nearest above it that exists: what is not there yet will be on its disk. */
async function existing(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined || path === "/" ? path : existing(dirname(path));
}

async function checkSpace(path: string, neededMib: number): Promise<void> {
  const free = await freeBytes(await existing(path));
  if (free === undefined || free >= neededMib * 2 ** 20) return;
  throw new WeftError("RESOURCE_EXHAUSTED", `no space: ${path} has ${mib(free)} free`, {
    expected: `${neededMib} MiB at least`,
  });
}

function checkMemory(hosts: number): void {
  const neededMib = memory.meshMib + hosts * memory.hostMib;
  // A control group may allow less. What its page cache holds counts as used there, and is free on demand.
  const available = Math.min(freemem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  if (available >= neededMib * 2 ** 20) return;
  const message = `no memory: ${mib(available)} are available`;
  const expected = `${neededMib} MiB at least for ${hosts} ${hosts === 1 ? "host" : "hosts"}`;
  throw new WeftError("RESOURCE_EXHAUSTED", message, { expected });
}
