import { access, constants, statfs } from "node:fs/promises";
import { errnoOf } from "@weft/netaddr";
import { findConfig, type MeshConfig } from "./config.ts";
import type { MeshPaths } from "./paths.ts";

/** Below this a disk counts as full: the next block of the log, or of a file system, may not fit any more. */
const fullMib = 4;

/** A number of bytes as whole MiB, for people. */
export function mib(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)} MiB`;
}

/** Bytes that may still be written below a path; undefined where that cannot be told. */
export async function freeBytes(path: string): Promise<number | undefined> {
  const found = await statfs(path).catch(() => undefined);
  if (found === undefined) return undefined;
  // Some file systems have no bound on the number of files, and say 0 of 0.
  return found.files > 0 && found.ffree === 0 ? 0 : found.bavail * found.bsize;
}

/** Why nothing can be written below a path now: "no space: ..."; undefined where it can. A path that is not there is fine. */
export async function unwritable(path: string): Promise<string | undefined> {
  const free = await freeBytes(path);
  if (free !== undefined && free < fullMib * 2 ** 20) return `no space: ${path} has ${mib(free)} free`;
  try {
    await access(path, constants.W_OK);
  } catch (error) {
    if (errnoOf(error) === "EROFS") return `read-only: ${path} cannot be written`;
  }
  return undefined;
}

/** What keeps a mesh from writing its state, a line for each place. */
export async function unwritablePlaces(paths: MeshPaths, mesh: MeshConfig): Promise<string[]> {
  const places = [...new Set([paths.state, mesh.data, mesh.cache])];
  const found = await Promise.all(places.map(unwritable));
  return found.filter((line) => line !== undefined);
}

/** What may keep a mesh from answering, as far as its disks tell: "no space: ..."; "" when they tell nothing. */
export async function hindrance(paths: MeshPaths): Promise<string> {
  const mesh = await findConfig(paths);
  return mesh === undefined ? "" : (await unwritablePlaces(paths, mesh)).join("; ");
}
