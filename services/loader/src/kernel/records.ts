// The ring of records of a host, and what its programs could not put into it.
import { join } from "node:path";
import { recordLoss } from "@weft/datapath";
import { BpfMap, RingBuffer } from "@weft/ebpf";
import { addLoss, type FlowLoss, noLoss } from "@weft/log";
import { fromHex, fromLittle, little, toHex } from "../domain/bytes.ts";
import type { KernelRecords } from "../kernel.ts";
import { carryOver } from "./carry.ts";
import { pinnedMap } from "./hooks.ts";
import { type Pins, pinnedOwners } from "./pins.ts";
import { pinInPlace } from "./shared.ts";

/** How often the ring is looked into: nobody is woken for a record. */
const intervalMs = 50;

/**
 * Opens the records of a host; undefined when its programs make none. The place in the ring is the kernel's own. They end when
 * the ring gives way to another one, of which `over` tells.
 */
export async function openRecords(pins: Pins, over: AbortSignal): Promise<KernelRecords | undefined> {
  using map = await pinnedMap(pins.map("records"));
  if (map === undefined) return undefined;
  const ring = RingBuffer.open(map, { intervalMs });
  return {
    batches: (signal) => ring.batches({ signal: AbortSignal.any([signal, over]) }),
    async takeLosses() {
      let lost: FlowLoss = noLoss;
      for (const owner of await pinnedOwners(pins)) lost = addLoss(lost, await takeLosses(pins, owner));
      return lost;
    },
    [Symbol.asyncDispose]: () => ring.close(),
  };
}

/** What one owner's programs have lost since it was last taken; how much that was is kept beside them. */
async function takeLosses(pins: Pins, owner: string): Promise<FlowLoss> {
  using map = await pinnedMap(pins.ownMap(owner, "record_losses"));
  if (map === undefined) return noLoss;
  const totals = Array.from({ length: map.maxEntries }, (_, index) => sumOf(map.lookup(key(index))));
  if (totals.every((total) => total === 0)) return noLoss;
  using told = await openTold(join(pins.owner(owner), "losses_told"), map.maxEntries);
  const fresh = totals.map((total, index) => {
    const before = fromLittle(toHex(told.lookup(key(index)) ?? new Uint8Array(8)));
    if (total !== before) told.update(key(index), fromHex(little.u64(total)));
    return total < before ? total : total - before;
  });
  const lost = (index: number): number => fresh[index] ?? 0;
  return {
    ...noLoss,
    suppressed: lost(recordLoss.budget) + lost(recordLoss.flowBudget),
    ringFull: lost(recordLoss.ring) + lost(recordLoss.flowRing),
    drops: lost(recordLoss.budget) + lost(recordLoss.ring),
  };
}

/** What has been told of an owner's losses, which a loader that starts again goes on from. */
async function openTold(path: string, maxEntries: number): Promise<BpfMap> {
  const held = await pinnedMap(path);
  if (held?.maxEntries === maxEntries) return held;
  const made = BpfMap.create({ name: "losses_told", type: "array", keySize: 4, valueSize: 8, maxEntries });
  if (held !== undefined) await carryOver(held, made);
  held?.close();
  await pinInPlace(made, path);
  return made;
}

function key(index: number): Uint8Array {
  return fromHex(little.u32(index));
}

/** The sum over all CPUs of a value of eight bytes. */
function sumOf(values: Uint8Array = new Uint8Array()): number {
  let sum = 0;
  for (let at = 0; at + 8 <= values.length; at += 8) sum += fromLittle(toHex(values.subarray(at, at + 8)));
  return sum;
}
