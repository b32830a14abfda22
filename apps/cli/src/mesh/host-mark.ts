// A network namespace belongs to one mesh. Whose it is stands in the alias of its loopback device, see the loader's mark.ts.
import { stat } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { link, setLink } from "@weft/ebpf";
import { formatHostMark, type HostMark, hostTakenText, parseHostMark } from "@weft/model";
import { WeftError } from "@weft/netaddr";
import { claimConfig, findConfig, type MeshConfig } from "./config.ts";
import { type MeshPaths, meshPaths } from "./paths.ts";

/** The mark of a mesh, as text. */
export function markOf({ id, mesh }: Pick<MeshConfig, "id" | "mesh">, { state }: MeshPaths): string {
  return formatHostMark({ id, mesh, state });
}

/** Device that bears the mark: every network namespace has it. */
const ifname = "lo";

/**
 * Makes this machine a mesh's that starts, and writes the mesh's configuration. FAILED_PRECONDITION while the machine is
 * another's that is not gone; ALREADY_EXISTS when a mesh is up at this state directory. In both cases nothing was changed.
 * Answers the state directory of the mesh that is gone, if the machine was one's.
 */
export async function claimHost(paths: MeshPaths, mesh: MeshConfig): Promise<string | undefined> {
  return takeHost(paths, mesh, () => claimConfig(paths, mesh));
}

/** The same for a mesh that goes on and is configured. */
export async function keepHost(paths: MeshPaths, mesh: MeshConfig): Promise<void> {
  await takeHost(paths, mesh, async () => {});
}

async function takeHost(
  paths: MeshPaths,
  mesh: MeshConfig,
  claim: () => Promise<void>,
): Promise<string | undefined> {
  await using _turn = await hostTurn();
  const found = parseHostMark((await link({ ifname }))?.alias ?? "");
  if (found !== undefined && found.state !== paths.state && !(await isGone(found))) {
    throw new WeftError("FAILED_PRECONDITION", hostTakenText(found), {
      expected: `weft down --state ${found.state} first, or another network namespace`,
    });
  }
  await claim();
  await setLink({ ifname, alias: markOf(mesh, paths) });
  return found?.state;
}

/** Whether nothing of a marked mesh is left but its mark: `weft down` was killed at its end, or its state was deleted. */
async function isGone(mark: HostMark): Promise<boolean> {
  // Of a long path only the beginning is known.
  if (Buffer.byteLength(formatHostMark(mark)) >= 255) return false;
  const paths = meshPaths(mark.state);
  const there = await stat(paths.config).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== "ENOENT",
  );
  if (!there) return true;
  const mesh = await findConfig(paths).catch(() => undefined);
  return mesh !== undefined && mesh.id !== mark.id;
}

const turnMs = 10_000;

/** One command at a time decides whose the host is. The lock is of the network namespace, and goes with this process. */
async function hostTurn(): Promise<AsyncDisposable> {
  const deadline = performance.now() + turnMs;
  for (;;) {
    const server = createServer();
    const taken = await new Promise<boolean>((resolve, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) =>
        error.code === "EADDRINUSE" ? resolve(false) : reject(error),
      );
      server.listen("\0weft-host", () => resolve(true));
    });
    if (taken) {
      return { [Symbol.asyncDispose]: () => new Promise<void>((done) => void server.close(() => done())) };
    }
    if (performance.now() > deadline) {
      throw new WeftError("UNAVAILABLE", "another weft up is at work in this network namespace");
    }
    await sleep(20);
  }
}
