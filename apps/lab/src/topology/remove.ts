import { readdir } from "node:fs/promises";
import { deleteNetns } from "@weft/ebpf";
import { isOfMesh, netnsPathOf } from "./names.ts";

/** Names of all namespaces of a mesh that are there. */
export async function findNamespaces(mesh: string): Promise<string[]> {
  const names = await readdir("/run/netns").catch(() => []);
  return names.filter((name) => isOfMesh(mesh, name)).sort();
}

/** Removes all namespaces of a mesh; devices, addresses and routes in them go too. */
export async function removeNamespaces(mesh: string): Promise<void> {
  const names = await findNamespaces(mesh);
  await Promise.all(names.map((name) => deleteNetns(netnsPathOf(name), { missing: "ignore" })));
}
