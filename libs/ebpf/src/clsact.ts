import { EbpfError, guarded } from "./error.ts";
import type { DeviceTarget, Direction, Link, LinkInfo } from "./link.ts";
import { type NativeFilterRequest, native } from "./native.ts";
import { netnsPath } from "./netns-path.ts";
import type { Program } from "./program.ts";

/** A filter of the clsact qdisc: the device, the direction, and its place there. */
export interface ClsactTarget extends DeviceTarget {
  readonly direction: Direction;
  /** Filters run in ascending priority; default 1. */
  readonly priority?: number;
  /** Tells filters of one priority apart; default 1. */
  readonly handle?: number;
}

/**
 * Attaches as a direct-action filter of the clsact qdisc, for kernels before 6.6, replacing atomically what is there.
 * The filter belongs to the device: it outlives this process until `detach`, and `openClsact` finds it again.
 */
export async function attachClsact(target: ClsactTarget & { readonly program: Program }): Promise<Link> {
  const link = new ClsactLink(target);
  await link.update(target.program);
  return link;
}

/** The filter that is there. Throws ENOENT when there is none. */
export async function openClsact(target: ClsactTarget): Promise<Link> {
  const link = new ClsactLink(target);
  const { attached } = await link.info();
  if (!attached)
    throw new EbpfError(
      `no filter at ${target.ifname ?? target.ifindex} ${target.direction}`,
      2,
      "RTM_GETTFILTER",
    );
  return link;
}

/** Takes the clsact qdisc off a device, with all filters of both directions. Nothing when there is none. */
export async function removeClsact(target: DeviceTarget): Promise<void> {
  const request = requestOf({ ...target, direction: "ingress" }, -1);
  await guarded(() => native.filterDetach(netnsPath(target.netns), request, true));
}

function requestOf(target: ClsactTarget, programFd: number): NativeFilterRequest {
  const { ifname, ifindex, direction, handle = 1, priority = 1 } = target;
  const device = { ...(ifname !== undefined && { ifname }), ...(ifindex !== undefined && { ifindex }) };
  return { ...device, direction, handle, priority, programFd };
}

class ClsactLink implements Link {
  readonly #target: ClsactTarget;
  readonly #netns: string;

  constructor(target: ClsactTarget) {
    this.#target = target;
    this.#netns = netnsPath(target.netns);
  }

  async info(): Promise<LinkInfo> {
    const { direction } = this.#target;
    const found = await guarded(() => native.filterQuery(this.#netns, requestOf(this.#target, -1)));
    return { type: "clsact", id: 0, ...found, direction, attached: found.programId !== 0 };
  }

  async update(program: Program, expected?: Program): Promise<void> {
    if (expected !== undefined) {
      // Not atomic as on a link, but enough for one owner that wants to notice that somebody else was here.
      const { programId } = await this.info();
      if (programId !== expected.id)
        throw new EbpfError(`program ${programId} is there`, 1, "RTM_NEWTFILTER");
    }
    await guarded(() => native.filterAttach(this.#netns, requestOf(this.#target, program.fd)));
  }

  async pin(): Promise<void> {}
  async unpin(): Promise<void> {}

  async detach(): Promise<void> {
    await guarded(() => native.filterDetach(this.#netns, requestOf(this.#target, -1), false));
  }

  async close(): Promise<void> {}
  async [Symbol.asyncDispose](): Promise<void> {}
}
