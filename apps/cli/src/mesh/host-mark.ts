// A network namespace belongs to one mesh. Whose it is stands in the alias of its loopback device, see the loader's mark.ts.
import { stat } from "node:fs/promises";
import { isNetnsLockTaken, link, links, type NetnsLock, setLink } from "@weft/ebpf";
import { formatHostMark, type HostMark, hostTakenText, parseHostMark } from "@weft/model";
import { WeftError } from "@weft/netaddr";
import { claimConfig, findConfig, type MeshConfig } from "./config.ts";
import { holderOf, holdLock } from "./host-lock.ts";
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
  using _turn = await hostTurn();
  const found = parseHostMark((await link({ ifname }))?.alias ?? "");
  if (found !== undefined && !(await isOurs(found, paths, mesh)) && !(await isGone(found))) {
    throw new WeftError("FAILED_PRECONDITION", hostTakenText(found), {
      expected: `weft down --state ${found.state} first, or another network namespace`,
    });
  }
  await claim();
  await setLink({ ifname, alias: markOf(mesh, paths) });
  return found?.state;
}

/** Whether a mark is this mesh's, or that of the mesh that is up at its state directory: by its id, as paths repeat. */
async function isOurs(found: HostMark, paths: MeshPaths, mesh: MeshConfig): Promise<boolean> {
  if (found.id === mesh.id) return true;
  return (await findConfig(paths).catch(() => undefined))?.id === found.id;
}

/**
 * Whether nothing of a marked mesh is left but its mark: `weft down` was killed at its end, or its state was deleted. A
 * state directory that is not seen here may be in another mount namespace: so nothing of the mesh may live in this network
 * namespace either.
 */
async function isGone(mark: HostMark): Promise<boolean> {
  const alias = formatHostMark(mark);
  // Of a long path only the beginning is known.
  if (Buffer.byteLength(alias) >= 255) return false;
  if (isNetnsLockTaken(supervisorName(mark.id))) return false;
  if ((await links()).some((device) => device.kind === "veth" && device.alias === alias)) return false;
  const paths = meshPaths(mark.state);
  const there = await stat(paths.config).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== "ENOENT",
  );
  if (!there) return true;
  const mesh = await findConfig(paths).catch(() => undefined);
  return mesh !== undefined && mesh.id !== mark.id;
}

/** Lock that the supervisor of a mesh holds while it lives. */
function supervisorName(id: string): string {
  return `weft-supervisor-${id}`;
}

/** One that was killed holds its lock until its last thread has ended. */
const killedMs = 5_000;

/**
 * Makes this process the one supervisor of a mesh, until it ends; FAILED_PRECONDITION when there is another one. Needs no
 * disk, and is seen by everybody in the network namespace.
 */
export async function holdMesh({ id }: MeshConfig): Promise<void> {
  const name = supervisorName(id);
  // Never let go of: it goes with the process.
  if ((await holdLock(name, killedMs)) !== undefined) return;
  throw new WeftError("FAILED_PRECONDITION", `${holderOf(name)} is the supervisor of this mesh already`);
}

const turnMs = 10_000;
const turnName = "weft-host";

/** One command at a time decides whose the host is. The lock is of the network namespace, and goes with this process. */
async function hostTurn(): Promise<NetnsLock> {
  const turn = await holdLock(turnName, turnMs);
  if (turn !== undefined) return turn;
  const message = `${holderOf(turnName)} is changing whose this network namespace is`;
  throw new WeftError("UNAVAILABLE", message, { expected: "that weft up or weft down to end" });
}
