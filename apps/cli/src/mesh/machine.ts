import { execFile } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { promisify } from "node:util";
import {
  deleteLinkOperation,
  links,
  openClsact,
  readSysctl,
  removeClsact,
  runNetwork,
  writeSysctl,
} from "@weft/ebpf";
import { createFile } from "@weft/lab";
import * as z from "zod";
import type { MeshPaths } from "./paths.ts";

const memory = z.object({
  uplink: z.string(),
  /** Whether the uplink had a clsact qdisc, which then is somebody's. */
  clsact: z.boolean(),
  sysctls: z.record(z.string(), z.string()),
});

/** How this machine was before it became a host. */
type Memory = z.infer<typeof memory>;

/**
 * Notes what becoming a host changes on this machine, once, and sees to it that router advertisements stay in force:
 * a kernel that forwards listens to them only with accept_ra=2, and drops its default route when forwarding begins.
 */
export async function prepareMachine(paths: MeshPaths, uplink: string): Promise<void> {
  const found: Memory = { uplink, clsact: await hasClsact(uplink), sysctls: await readSysctls(uplink) };
  // What an earlier start noted, and no down took back, is how the machine really was.
  await createFile(paths.machine, JSON.stringify(found, null, 2));
  for (const [name, value] of Object.entries(found.sysctls)) {
    const forwards = found.sysctls[name.replace("/accept_ra", "/forwarding")];
    if (!name.endsWith("/accept_ra") || value !== "1" || forwards !== "0") continue;
    await writeSysctl(name, "2", { tolerate: ["ENOENT"] });
  }
}

/** Makes this machine what it was: our devices and filters go, sysctls come back. Nothing when it was no host. */
export async function restoreMachine(paths: MeshPaths): Promise<void> {
  const text = await readFile(paths.machine, "utf8").catch(() => undefined);
  if (text === undefined) return;
  const before = memory.parse(JSON.parse(text));
  await removeDevices();
  await removeFilter(before);
  // A switch of forwarding changes what belongs to each device: the switches are first in the order of reading.
  for (const [name, value] of Object.entries(before.sysctls)) {
    const now = await readSysctl(name).catch(() => undefined);
    if (now !== undefined && now !== value) await writeSysctl(name, value, { tolerate: ["ENOENT"] });
  }
  await rm(paths.machine, { force: true });
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

/** The host's ends of containers' devices; the loader takes one mesh in a network namespace for granted as well. */
async function removeDevices(): Promise<void> {
  const ours = (await links()).filter(({ name, kind }) => kind === "veth" && /^weft[0-9a-f]{10}$/.test(name));
  for (const { name } of ours) {
    await runNetwork(undefined, [deleteLinkOperation({ ifname: name, tolerate: ["ENODEV"] })]);
  }
}

/** A filter of the uplink outlives every process; a tcx link goes with its pin. */
async function removeFilter({ uplink, clsact }: Memory): Promise<void> {
  const target = { ifname: uplink };
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
