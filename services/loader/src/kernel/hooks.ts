// Attachments of one owner's programs, on tcx (pinned links) or clsact (filters of the device): the same verbs for both.
import { attachClsact, attachTcx, BpfMap, Link, openClsact, type Program } from "@weft/ebpf";
import type { HookState } from "../domain/actual.ts";
import { deviceName, uplinkOwner } from "../domain/desired.ts";
import type { HookWish } from "../domain/operation.ts";
import { namesIn, type Pins, unpin } from "./pins.ts";

/** How programs are attached: "tcx" from kernel 6.6 on, "clsact" before. */
export type AttachMode = "tcx" | "clsact";

/** "expedited": the machine may be asked to hurry, which is a setting of all of it. */
export type RcuMode = "normal" | "expedited";

/** Where a host's programs are attached. */
export interface HookPlace {
  readonly mode: AttachMode;
  readonly netns: string | undefined;
  readonly uplink: string;
  /** What this mesh marks as its own, see mark.ts. */
  readonly mark: string;
  /** Whether the machine's grace periods are expedited while links are made and taken off. */
  readonly rcu: RcuMode;
  readonly pins: Pins;
}

const directions = { from_container: "ingress", to_container: "egress", from_uplink: "ingress" } as const;

/** Attaches a program anew and makes it outlive this process. */
export async function attachHook(
  place: HookPlace,
  owner: string,
  hook: HookWish,
  program: Program,
): Promise<void> {
  const target = { ...where(place, hook.device), direction: hook.direction, program };
  if (place.mode === "clsact") {
    await (await attachClsact(target)).close();
    return;
  }
  const path = place.pins.hook(owner, hook.hook);
  await unpin(path);
  const link = await attachTcx(target);
  try {
    await link.pin(path);
  } finally {
    await link.close();
  }
}

/** Puts another program in the place of the one that is attached; no packet misses both. */
export async function updateHook(
  place: HookPlace,
  owner: string,
  hook: HookWish,
  program: Program,
): Promise<void> {
  const link = await openHook(place, owner, hook.hook, hook.device);
  try {
    await link.update(program);
  } finally {
    await link.close();
  }
}

/** What is attached for an owner, by hook. */
export async function readHooks(place: HookPlace, owner: string): Promise<Record<string, HookState>> {
  const names = await hookNames(place, owner);
  const device = owner === uplinkOwner ? place.uplink : deviceName(owner);
  const states: Record<string, HookState> = {};
  for (const name of names) {
    const link = await openHook(place, owner, name, device).catch(ifMissing);
    if (link === undefined) continue;
    try {
      const { programId, ifindex, attached } = await link.info();
      // A detached link still holds its program, which tells what was in force.
      if (programId !== 0) states[name] = { programId, ifindex: attached ? ifindex : 0 };
    } finally {
      await link.close();
    }
  }
  return states;
}

/** Takes everything of an owner off its device; pins are the caller's. */
export async function detachHooks(place: HookPlace, owner: string): Promise<void> {
  const device = owner === uplinkOwner ? place.uplink : deviceName(owner);
  for (const name of await hookNames(place, owner)) {
    const link = await openHook(place, owner, name, device).catch(ifMissing);
    // The device may have gone first, and its links with it.
    await link?.detach().catch(ifMissing);
    await link?.close();
  }
}

/** The program that is attached at a hook. */
export async function programIdAt(place: HookPlace, owner: string, hook: string): Promise<number> {
  return (await readHooks(place, owner))[hook]?.programId ?? 0;
}

function where(place: HookPlace, ifname: string): { netns?: string; ifname: string } {
  return { ifname, ...(place.netns === undefined ? {} : { netns: place.netns }) };
}

async function hookNames(place: HookPlace, owner: string): Promise<(keyof typeof directions)[]> {
  const known =
    owner === uplinkOwner ? ["from_uplink" as const] : ["from_container" as const, "to_container" as const];
  if (place.mode === "clsact") return known;
  const pinned = await namesIn(place.pins.owner(owner));
  return known.filter((name) => pinned.includes(name));
}

function openHook(place: HookPlace, owner: string, hook: string, device: string): Promise<Link> {
  if (place.mode === "tcx") return Link.openPinned(place.pins.hook(owner, hook));
  const direction = directions[hook as keyof typeof directions];
  return openClsact({ ...where(place, device), direction });
}

/** ENOENT, ENODEV, ENOLINK: what was to be opened or taken off is gone already. */
export function ifMissing(error: unknown): undefined {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (["ENOENT", "ENODEV", "ENOLINK", "EINVAL"].includes(code)) return undefined;
  throw error;
}

/** Opens a pinned map; undefined when there is none. */
export async function pinnedMap(path: string): Promise<BpfMap | undefined> {
  return BpfMap.openPinned(path).catch(ifMissing);
}
