import { mkdir } from "node:fs/promises";
import { guarded } from "./error.ts";
import { native } from "./native.ts";

/** Mounts a bpffs at a directory, which is made, unless there is one already. */
export async function mountBpffs(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (!(await isBpffs(path))) await guarded(() => native.mountBpffs(path));
}

/** Unmounts it; what was pinned there and nowhere else ends. Throws EINVAL when nothing is mounted. */
export function unmountBpffs(path: string): Promise<void> {
  return guarded(() => native.unmount(path));
}

/** True when the path is on a bpffs. */
export function isBpffs(path: string): Promise<boolean> {
  return guarded(() => native.isBpffs(path));
}
