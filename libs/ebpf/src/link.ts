import { rm } from "node:fs/promises";
import { Descriptor, openId, openPinned } from "./descriptor.ts";
import { guard, guarded } from "./error.ts";
import { native } from "./native.ts";
import { netnsPath } from "./netns-path.ts";
import type { Program } from "./program.ts";

/** Which way packets go, as seen from the device: ingress is what the device receives. */
export type Direction = "ingress" | "egress";

/** A device: by name or by index, in a network namespace (a path, or a name of `ip netns`; default the own). */
export interface DeviceTarget {
  readonly netns?: string;
  readonly ifname?: string;
  readonly ifindex?: number;
}

/** What the kernel says of an attachment. */
export interface LinkInfo {
  readonly type: "tcx" | "xdp" | "cgroup" | "clsact" | "other";
  /** The link's id; 0 for a clsact filter, which is no link. */
  readonly id: number;
  readonly programId: number;
  /** 0 when it is not attached (any more), or not to a device. */
  readonly ifindex: number;
  /** tcx and clsact only. */
  readonly direction: Direction | undefined;
  /** False once detached, or when its device is gone. */
  readonly attached: boolean;
}

/** A program attached somewhere. Replaces its program atomically: each packet is seen by the old or by the new one. */
export interface Link extends AsyncDisposable {
  info(): Promise<LinkInfo>;
  /** Puts another program in its place. With `expected`, only if that is the program there (throws EPERM). */
  update(program: Program, expected?: Program): Promise<void>;
  /** Makes it outlive this process. A clsact filter does so by itself, and needs no path. */
  pin(path: string): Promise<void>;
  /** Removes the pin, if there is one; the link ends with its last holder. */
  unpin(): Promise<void>;
  /** Takes the program off now, whoever still holds the link. */
  detach(): Promise<void>;
  /** Lets go. Ends the link unless it is pinned. Off the event loop: this waits for an RCU grace period. */
  close(): Promise<void>;
}

/** Where links come from, apart from attaching. */
export const Link = {
  /** Opens a pinned link; `unpin` removes that pin. */
  openPinned: async (path: string): Promise<Link> => new KernelLink(await openPinned(path, "link"), path),
  /** Opens the link with this id. Throws ENOENT. */
  fromId: (id: number): Link => new KernelLink(openId(id, "link")),
};

// include/uapi/linux/bpf.h: enum bpf_attach_type, enum bpf_link_type. The system's headers may be older than tcx.
const tcxAttach: { readonly [direction in Direction]: number } = { ingress: 46, egress: 47 };
const xdpAttach = 37;
const linkTypes: Readonly<Record<number, LinkInfo["type"]>> = { 3: "cgroup", 6: "xdp", 11: "tcx" };
const BPF_F_BEFORE = 1 << 3;
const xdpModes = { any: 0, generic: 2, native: 4 } as const;
const cgroupAttach = {
  ingress: 0,
  egress: 1,
  sock_create: 2,
  sock_ops: 3,
  device: 6,
  bind4: 8,
  bind6: 9,
  connect4: 10,
  connect6: 11,
  post_bind4: 12,
  post_bind6: 13,
  sendmsg4: 14,
  sendmsg6: 15,
  sysctl: 18,
  recvmsg4: 19,
  recvmsg6: 20,
  getsockopt: 21,
  setsockopt: 22,
  getpeername4: 29,
  getpeername6: 30,
  getsockname4: 31,
  getsockname6: 32,
  sock_release: 34,
} as const;

/** Hooks of a cgroup. */
export type CgroupHook = keyof typeof cgroupAttach;

/**
 * Attaches to a device's tcx hook (kernel 6.6). Several programs run in order of attaching, `first` puts it in front;
 * a program that returns TCX_NEXT (-1) hands on to the next. Waits 5 to 25 ms for RCU; updates do not.
 */
export async function attachTcx(
  target: DeviceTarget & {
    readonly direction: Direction;
    readonly program: Program;
    readonly first?: boolean;
  },
): Promise<Link> {
  const { direction, program, first = false } = target;
  return attach(target, program, tcxAttach[direction], first ? BPF_F_BEFORE : 0);
}

/** Attaches to a device's XDP hook. "native" in the driver, "generic" in the stack, "any" as the kernel can. */
export async function attachXdp(
  target: DeviceTarget & { readonly program: Program; readonly mode?: keyof typeof xdpModes },
): Promise<Link> {
  return attach(target, target.program, xdpAttach, xdpModes[target.mode ?? "any"]);
}

/** Attaches to a hook of a cgroup2, given by its directory; the cgroups below are concerned too. */
export async function attachCgroup(target: {
  readonly cgroup: string;
  readonly hook: CgroupHook;
  readonly program: Program;
}): Promise<Link> {
  const { cgroup, hook, program } = target;
  const request = { programFd: program.fd, cgroup, attachType: cgroupAttach[hook], flags: 0 };
  const fd = await guarded(() => native.linkCreate("", request));
  return new KernelLink(new Descriptor(fd, `link on ${cgroup}`));
}

async function attach(
  target: DeviceTarget,
  program: Program,
  attachType: number,
  flags: number,
): Promise<Link> {
  const { netns, ifname, ifindex } = target;
  const device = { ...(ifname !== undefined && { ifname }), ...(ifindex !== undefined && { ifindex }) };
  const request = { programFd: program.fd, ...device, attachType, flags };
  const fd = await guarded(() => native.linkCreate(netnsPath(netns), request));
  return new KernelLink(new Descriptor(fd, `link on ${ifname ?? ifindex}`));
}

class KernelLink implements Link {
  readonly #descriptor: Descriptor;
  #path: string | undefined;

  constructor(descriptor: Descriptor, path?: string) {
    this.#descriptor = descriptor;
    this.#path = path;
  }

  async info(): Promise<LinkInfo> {
    const info = guard(() => native.linkInfo(this.#descriptor.fd));
    const type = linkTypes[info.type] ?? "other";
    const direction =
      type !== "tcx" ? undefined : info.attachType === tcxAttach.ingress ? "ingress" : "egress";
    const attached = type === "cgroup" ? info.cgroupId !== 0n : info.ifindex !== 0;
    return { type, id: info.id, programId: info.programId, ifindex: info.ifindex, direction, attached };
  }

  async update(program: Program, expected?: Program): Promise<void> {
    const { fd } = this.#descriptor;
    const old = expected === undefined ? -1 : expected.fd;
    // On tcx this takes a microsecond, less than a way to a thread and back; on XDP it waits for RCU.
    if (guard(() => native.linkInfo(fd)).type === 11) guard(() => native.linkUpdate(fd, program.fd, old));
    else await guarded(() => native.linkUpdateAsync(fd, program.fd, old));
  }

  async pin(path: string): Promise<void> {
    await this.#descriptor.pin(path);
    this.#path = path;
  }

  async unpin(): Promise<void> {
    const path = this.#path;
    this.#path = undefined;
    if (path !== undefined) await rm(path, { force: true });
  }

  async detach(): Promise<void> {
    await guarded(() => native.linkDetach(this.#descriptor.fd));
  }

  close(): Promise<void> {
    return this.#descriptor.closeAsync();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
