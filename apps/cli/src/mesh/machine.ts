import { execFile } from "node:child_process";
import { readdir, readlink, rm, stat } from "node:fs/promises";
import { promisify } from "node:util";
import {
  deleteLinkOperation,
  link,
  links,
  openClsact,
  readSysctl,
  removeClsact,
  runNetwork,
  setLink,
  writeSysctl,
} from "@weft/ebpf";
import { readNote, replaceFile } from "@weft/lab";
import { parseHostMark } from "@weft/model";
import { isShortage } from "@weft/netaddr";
import * as z from "zod";
import type { MeshConfig } from "./config.ts";
import { markOf } from "./host-mark.ts";
import { type MeshPaths, meshPaths } from "./paths.ts";

const memory = z.object({
  uplink: z.string(),
  /** The network namespace that this is about: "net:[4026531840]". */
  netns: z.string(),
  /** What the mesh marks as its own. */
  mark: z.string(),
  /** Whether the uplink had a clsact qdisc, which then is somebody's. */
  clsact: z.boolean(),
  sysctls: z.record(z.string(), z.string()),
});

/** How this machine was before it became a host. */
type Memory = z.infer<typeof memory>;

/** What was noted, if anything was. */
async function readMemory({ machine }: MeshPaths): Promise<Memory | undefined> {
  return readNote(machine, memory);
}

/** How this machine was before an earlier mesh that did not put it back: one of this place, or of another. */
async function earlierMemory(places: readonly MeshPaths[], netns: string): Promise<Memory | undefined> {
  for (const paths of places) {
    const found = await readMemory(paths).catch(() => undefined);
    if (found?.netns === netns) return found;
  }
  return undefined;
}

/**
 * Notes what becoming a host changes on this machine, and sees to it that router advertisements stay in force:
 * a kernel that forwards listens to them only with accept_ra=2, and drops its default route when forwarding begins. What an
 * earlier start noted, and no down took back, is how the machine really was: here, or at the state directory `former` of a
 * mesh that is gone and had the host before.
 */
export async function prepareMachine(
  paths: MeshPaths,
  mesh: MeshConfig,
  former: string | undefined,
): Promise<void> {
  const uplink = mesh.hosts[0]?.uplink ?? "";
  const netns = await readlink(ownNetns);
  const places = former === undefined ? [paths] : [paths, meshPaths(former)];
  const earlier = await earlierMemory(places, netns);
  const found: Memory = {
    uplink,
    netns,
    mark: markOf(mesh, paths),
    clsact: earlier?.uplink === uplink ? earlier.clsact : await hasClsact(uplink),
    sysctls: { ...(await readSysctls(uplink)), ...earlier?.sysctls },
  };
  const isNoted = (await readMemory(paths).catch(() => undefined))?.netns === netns;
  await replaceFile(paths.machine, JSON.stringify(found, null, 2)).catch((error: unknown) => {
    // What was here before the mesh is known: one that goes on needs no room on a disk.
    if (!isNoted || !isShortage(error)) throw error;
  });
  for (const [name, value] of Object.entries(found.sysctls)) {
    const forwards = found.sysctls[name.replace("/accept_ra", "/forwarding")];
    if (!name.endsWith("/accept_ra") || value !== "1" || forwards !== "0") continue;
    await writeSysctl(name, "2", { tolerate: ["ENOENT"] });
  }
}

/**
 * Makes this machine what it was: our devices, filters and mark go, sysctls come back, in the network namespace that was the
 * host, wherever the command runs. Nothing when it was no host, or when that namespace is gone.
 */
export async function restoreMachine(paths: MeshPaths): Promise<void> {
  const before = await readMemory(paths);
  if (before === undefined) return;
  const where = await findNetns(before.netns);
  if (where !== undefined) await restoreIn(where, before);
  await rm(paths.machine, { force: true });
}

async function restoreIn(where: Where, before: Memory): Promise<void> {
  const lo = { ...where, ifname: "lo" };
  const mark = (await link(lo))?.alias ?? "";
  // Another mesh has taken the host over in the meantime: what is set there now is its own.
  const others = mark !== before.mark && parseHostMark(mark) !== undefined;
  await removeDevices(where, before.mark);
  if (others) return;
  await removeFilter(where, before);
  // A switch of forwarding changes what belongs to each device: the switches are first in the order of reading.
  for (const [name, value] of Object.entries(before.sysctls)) {
    const now = await readSysctl(name, where).catch(() => undefined);
    if (now !== undefined && now !== value)
      await writeSysctl(name, value, { ...where, tolerate: ["ENOENT"] });
  }
  if (mark === before.mark) await setLink({ ...lo, alias: "" });
}

/** A network namespace for netlink: none named, the process's own. */
interface Where {
  readonly netns?: string;
}

const ownNetns = "/proc/self/ns/net";

/** Where a namespace can be entered, by its link text; undefined when it is gone. */
async function findNetns(name: string): Promise<Where | undefined> {
  if ((await readlink(ownNetns)) === name) return {};
  const named = (await readdir("/run/netns").catch(() => [])).map((one) => `/run/netns/${one}`);
  for (const netns of named) {
    const found = await stat(netns).catch(() => undefined);
    if (`net:[${found?.ino}]` === name) return { netns };
  }
  for (const pid of (await readdir("/proc")).filter((one) => /^\d+$/.test(one))) {
    const netns = `/proc/${pid}/ns/net`;
    if ((await readlink(netns).catch(() => "")) === name) return { netns };
  }
  return undefined;
}

/** Every sysctl that changes when a machine becomes a host, by our hand or by the kernel's in consequence. */
async function readSysctls(uplink: string): Promise<Record<string, string>> {
  const devices = async (family: string) =>
    (await readdir(`/proc/sys/net/${family}/conf`).catch(() => [])).filter((name) => name !== "all").sort();
  const names = [
    "net/ipv4/ip_forward",
    "net/ipv6/conf/all/forwarding",
    "net/ipv4/conf/all/accept_redirects",
    "net/ipv4/conf/all/rp_filter",
    `net/ipv4/conf/${uplink}/rp_filter`,
    ...(await devices("ipv4")).map((device) => `net/ipv4/conf/${device}/forwarding`),
    ...(await devices("ipv6")).map((device) => `net/ipv6/conf/${device}/forwarding`),
    ...(await devices("ipv6")).map((device) => `net/ipv6/conf/${device}/accept_ra`),
  ];
  const values: Record<string, string> = {};
  for (const name of names) {
    const value = await readSysctl(name).catch(() => undefined);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** The host's ends of containers' devices bear the mark of their mesh. */
async function removeDevices({ netns }: Where, mark: string): Promise<void> {
  const ours = (await links(netns)).filter(({ kind, alias }) => kind === "veth" && alias === mark);
  for (const { name } of ours) {
    await runNetwork(netns, [deleteLinkOperation({ ifname: name, tolerate: ["ENODEV"] })]);
  }
}

/** A filter of the uplink outlives every process; a tcx link goes with its pin. */
async function removeFilter(where: Where, { uplink, clsact }: Memory): Promise<void> {
  const target = { ...where, ifname: uplink };
  try {
    if (!clsact) return await removeClsact(target);
    await (await openClsact({ ...target, direction: "ingress" })).detach();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (!["ENOENT", "ENODEV", "EINVAL"].includes(String(code))) throw error;
  }
}

async function hasClsact(device: string): Promise<boolean> {
  const { stdout } = await promisify(execFile)("tc", ["-j", "qdisc", "show", "dev", device, "clsact"]);
  const found = JSON.parse(stdout || "[]") as readonly { readonly kind?: string }[];
  return found.some(({ kind }) => kind === "clsact");
}
