import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { createFile, readNote } from "@weft/lab";
import { cannotWrite, WeftError } from "@weft/netaddr";
import * as z from "zod";
import type { MeshPaths } from "./paths.ts";

/** How programs are attached; "auto": as the kernel can, which the loader knows. */
export const attachKinds = ["auto", "tcx", "clsact"] as const;

/** One of them. */
export type AttachKind = (typeof attachKinds)[number];

const host = z.strictObject({
  name: z.string(),
  /** Path of its network namespace; "" for the one that commands run in. */
  netns: z.string(),
  uplink: z.string(),
  /** Where the other hosts are to send to; "": to the uplink's first address, whichever that is. */
  underlay: z.string(),
});

/** When an acknowledged event is on disk. */
export const syncKinds = ["always", "interval"] as const;

const config = z.strictObject({
  version: z.literal(1),
  /** Made at random at the start: tells this mesh from others that were or are up. */
  id: z.string(),
  mesh: z.string(),
  /** "lab": hosts are namespaces and everything is thrown away at the end; "machine": this machine is the host. */
  kind: z.enum(["lab", "machine"]),
  hosts: z.array(host),
  /** `chosen`: by the user, so that it is an error when the log already has another one. */
  pool: z.strictObject({ ipv6: z.string(), ipv4: z.string(), chosen: z.boolean() }),
  /** Settings of scope "mesh", put on record at the start. */
  options: z.record(z.string(), z.string()),
  attach: z.enum(attachKinds),
  /** Whether every container gets an IPv4 address. */
  ipv4: z.boolean(),
  /** "" for a nats-server of its own. */
  natsUrl: z.string(),
  /** Where the log is kept. */
  data: z.string(),
  /** When an acknowledged event is on disk: before it is acknowledged, or within minutes. Unset: as `syncOf` says. */
  sync: z.enum(syncKinds).optional(),
  /** Where built objects are kept from one mesh to the next. */
  cache: z.string(),
});

/** One host of a mesh, as its loader is told. */
export type HostConfig = z.infer<typeof host>;

/** What a mesh on this machine was started with; kept in its state directory. */
export type MeshConfig = z.infer<typeof config>;

/** An `id` for a mesh that starts. */
export function newMeshId(): string {
  return randomBytes(4).toString("hex");
}

/** What the mesh was told, else: a machine's log outlasts a power cut, and a lab is thrown away. */
export function syncOf({ sync, kind }: MeshConfig): (typeof syncKinds)[number] {
  return sync ?? (kind === "machine" ? "always" : "interval");
}

/** The mesh of a state directory; FAILED_PRECONDITION when none is up there. */
export async function readConfig(paths: MeshPaths): Promise<MeshConfig> {
  const found = await findConfig(paths);
  if (found !== undefined) return found;
  throw new WeftError("FAILED_PRECONDITION", `no mesh is up at ${paths.state}`, {
    expected: "weft up, weft lab up, or --state DIR of one that is up",
  });
}

/** The mesh of a state directory, if there is one. */
export async function findConfig(paths: MeshPaths): Promise<MeshConfig | undefined> {
  return readNote(paths.config, config);
}

/** Throws INVALID_ARGUMENT unless the mesh has a host of this name. */
export function checkHost(name: string, mesh: MeshConfig): void {
  const names = mesh.hosts.map((host) => host.name);
  if (names.includes(name)) return;
  const expected = names.join(", ");
  throw new WeftError("INVALID_ARGUMENT", `there is no host ${name}`, { field: "--host", expected });
}

/** Puts the configuration down; the first of two that start at once wins, the other gets ALREADY_EXISTS. */
export async function claimConfig(paths: MeshPaths, mesh: MeshConfig): Promise<void> {
  await mkdir(paths.state, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw cannotWrite(paths.state, error);
  });
  if (await createFile(paths.config, JSON.stringify(mesh, null, 2))) return;
  throw new WeftError("ALREADY_EXISTS", `a mesh is already up at ${paths.state}`, {
    expected: "weft down first, or --state DIR",
  });
}
