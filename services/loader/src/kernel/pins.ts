// Where things of one host stay when the loader is gone: a directory of a bpffs.
import { mkdir, readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { uplinkOwner } from "../domain/desired.ts";
import type { ownMaps } from "../domain/shared-maps.ts";

/** Paths of pins: `maps/<name>`, `uplink/<hook>`, `containers/<id>/<hook>`, and the owner's lasting maps beside the hooks. */
export interface Pins {
  readonly root: string;
  map(name: string): string;
  owner(owner: string): string;
  hook(owner: string, hook: string): string;
  ownMap(owner: string, name: (typeof ownMaps)[number]): string;
}

/** The pins of a host below a mounted bpffs. A bpffs takes no names with dots. */
export function pinsOf(bpffs: string, host: string): Pins {
  const root = join(bpffs, host.replaceAll(".", "%2E"));
  const owner = (name: string): string =>
    name === uplinkOwner ? join(root, "uplink") : join(root, "containers", name);
  return {
    root,
    map: (name) => join(root, "maps", name),
    owner,
    hook: (name, hook) => join(owner(name), hook),
    ownMap: (name, map) => join(owner(name), map),
  };
}

/** Makes the directories that are always there. */
export async function preparePins(pins: Pins): Promise<void> {
  for (const name of ["maps", "uplink", "containers"]) {
    await mkdir(join(pins.root, name), { recursive: true, mode: 0o700 });
  }
}

/** Names in a directory; none when there is no such directory. */
export async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).sort();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

/** Every owner that has pins. */
export async function pinnedOwners(pins: Pins): Promise<string[]> {
  const containers = await namesIn(join(pins.root, "containers"));
  const uplink = await namesIn(pins.owner(uplinkOwner));
  return uplink.length === 0 ? containers : [uplinkOwner, ...containers];
}

/** Removes a pin, if it is there. */
export async function unpin(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** Removes all pins of an owner. */
export async function unpinOwner(pins: Pins, owner: string): Promise<void> {
  const directory = pins.owner(owner);
  for (const name of await namesIn(directory)) await unpin(join(directory, name));
  if (owner === uplinkOwner) return;
  await rmdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}
