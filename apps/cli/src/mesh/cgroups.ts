import { readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";

/** Where cgroup version 2 is mounted: alone, or beside version 1. */
const roots = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"];

/** Removes the cgroups of a mesh, the inner ones first; those with processes in them stay. */
export async function removeCgroups(name: string): Promise<void> {
  for (const root of roots) await removeTree(join(root, name));
}

async function removeTree(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(path, entry.name));
  await rmdir(path).catch(() => {});
}
