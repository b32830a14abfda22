import { stat } from "node:fs/promises";
import { guarded } from "./error.ts";
import { native } from "./native.ts";
import { netnsPath } from "./netns-path.ts";

/** A network namespace that has a path. */
export interface NetworkNamespace extends AsyncDisposable {
  /** Last part of the path. */
  readonly name: string;
  readonly path: string;
  /** The namespace's number, as in `readlink /proc/PID/ns/net`. */
  readonly inode: number;
  /** The number by which BPF knows it (bpf_get_netns_cookie). */
  cookie(): Promise<bigint>;
  /** Removes the path; the namespace ends with its last process and device. Also at the end of `await using`. */
  delete(): Promise<void>;
}

/** Makes a network namespace as `ip netns add` does. Everything in it is down, loopback too. Throws EEXIST. */
export async function createNetns(name: string): Promise<NetworkNamespace> {
  await guarded(() => native.netnsCreate(netnsPath(name)));
  return openNetns(name);
}

/** A namespace by its path or by a name of `ip netns`. Throws ENOENT (of the file system). */
export async function openNetns(netns: string): Promise<NetworkNamespace> {
  const path = netnsPath(netns);
  const { ino } = await stat(path);
  const remove = (): Promise<void> => deleteNetns(path, { missing: "ignore" });
  return {
    name: path.slice(path.lastIndexOf("/") + 1),
    path,
    inode: ino,
    cookie: () => guarded(() => native.netnsCookie(path)),
    delete: remove,
    [Symbol.asyncDispose]: remove,
  };
}

/** Removes a namespace's path. Throws ENOENT, unless missing ones are to be ignored. */
export async function deleteNetns(
  netns: string,
  options: { readonly missing?: "ignore" | "throw" } = {},
): Promise<void> {
  try {
    await guarded(() => native.netnsDelete(netnsPath(netns)));
  } catch (error) {
    if (
      options.missing !== "ignore" ||
      !(error instanceof Error && "code" in error && error.code === "ENOENT")
    )
      throw error;
  }
}
