import { type Actual, hasUplink, type ProgramState } from "./actual.ts";
import { fromLittle, little, sameEntries } from "./bytes.ts";
import type { ProgramWish } from "./desired.ts";
import type { HookWish, LoadWish, Operation } from "./operation.ts";

/** Steps for the programs of one owner: load and fill, then put in force. */
export interface ProgramSteps {
  readonly load: readonly Operation[];
  readonly links: readonly Operation[];
  readonly slots: readonly Operation[];
}

/** Loads and swaps the programs when anything they were made of differs; mends single attachments otherwise. */
export function planProgram(wish: ProgramWish, revision: number, actual: Actual): ProgramSteps {
  const state = actual.programs.get(wish.owner);
  const ifindexes = resolve(wish, actual);
  if (state !== undefined && sameProgram(wish, revision, state, ifindexes)) return mend(wish, state, actual);
  return { load: loadSteps(wish, revision), ...attachSteps(wish, state, actual) };
}

/** Interface indices of the devices that the constants name, as bytes; undefined: the device is not there yet. */
function resolve(wish: ProgramWish, actual: Actual): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(wish.ifindexes).flatMap(([name, device]) => {
      // Without an uplink, the index of the one before leads nowhere, which is right.
      if (name === "uplink_ifindex" && !hasUplink(actual)) return [];
      const index = deviceIndex(device, wish, actual);
      return [[name, index === undefined ? undefined : little.u32(index)]];
    }),
  );
}

function deviceIndex(device: string, wish: ProgramWish, actual: Actual): number | undefined {
  return device === wish.ifindexes.uplink_ifindex
    ? actual.uplinkIfindex
    : actual.devices.get(device)?.ifindex;
}

function sameProgram(
  wish: ProgramWish,
  revision: number,
  state: ProgramState,
  ifindexes: Readonly<Record<string, string | undefined>>,
): boolean {
  if (state.digest !== wish.digest) return false;
  if (decidedAt(state) < (wish.policyFloor ?? 0)) return false;
  // By a log that is no more: its flows would pass for newer than everything that is decided next.
  if (wish.policyFloor !== undefined && decidedAt(state) > revision) return false;
  const constants = { ...wish.constants, ...ifindexes };
  if (Object.entries(constants).some(([name, value]) => differs(state.constants[name], value))) return false;
  return Object.entries(wish.maps).every(([name, entries]) => {
    const held = state.maps[name];
    return held !== undefined && sameEntries(entries, held);
  });
}

/** An object that does not have a constant is none the better for being loaded again. */
function differs(held: string | undefined, wanted: string | undefined): boolean {
  return held !== undefined && held !== wanted;
}

function decidedAt(state: ProgramState): number {
  return fromLittle(state.constants.policy_revision ?? "");
}

function loadSteps(wish: ProgramWish, revision: number): Operation[] {
  const { owner } = wish;
  // Flows that older programs of this container let pass are decided again by the new one.
  const decided = wish.policyFloor === undefined ? {} : { policy_revision: little.u64(revision) };
  const program: LoadWish = {
    owner,
    digest: wish.digest,
    tier: wish.tier,
    constants: { ...wish.constants, ...wish.atLoad, ...decided },
    ifindexes: wish.ifindexes,
    without: wish.without,
    sizes: wish.sizes,
  };
  const fills = Object.entries(wish.maps)
    .filter(([, entries]) => entries.size > 0)
    .map(([map, entries]): Operation => ({ kind: "map_fill", owner, map, entries: [...entries].sort() }));
  return [{ kind: "program_load", owner, program }, ...fills];
}

function attachSteps(
  wish: ProgramWish,
  state: ProgramState | undefined,
  actual: Actual,
): Pick<ProgramSteps, "links" | "slots"> {
  const links = wish.hooks.map((hook) => linkStep(wish, hook, state, actual));
  return { links, slots: wish.slot === undefined ? [] : [slotStep(wish.owner, wish.slot)] };
}

function linkStep(
  wish: ProgramWish,
  hook: HookWish,
  state: ProgramState | undefined,
  actual: Actual,
): Operation {
  const attached = attachedWell(wish, hook, state, actual);
  return { kind: attached ? "link_update" : "link_attach", owner: wish.owner, hook };
}

function attachedWell(
  wish: ProgramWish,
  hook: HookWish,
  state: ProgramState | undefined,
  actual: Actual,
): boolean {
  const held = state?.hooks[hook.hook];
  return held !== undefined && held.ifindex === deviceIndex(hook.device, wish, actual);
}

function slotStep(owner: string, slot: number): Operation {
  return { kind: "slot_set", owner, slot };
}

/** The programs are right. If one attachment is missing (somebody removed it), all are loaded and attached again. */
function mend(wish: ProgramWish, state: ProgramState, actual: Actual): ProgramSteps {
  const lost = wish.hooks.some((hook) => !attachedWell(wish, hook, state, actual));
  if (lost) {
    const revision = decidedAt(state);
    return { load: loadSteps(wish, revision), ...attachSteps(wish, state, actual) };
  }
  const receiver = state.hooks.to_container?.programId;
  const slotted = wish.slot === undefined || actual.slots.get(wish.slot) === receiver;
  const slots = slotted || wish.slot === undefined ? [] : [slotStep(wish.owner, wish.slot)];
  return { load: [], links: [], slots };
}
