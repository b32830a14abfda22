// Programs that were in force before, kept to be given another policy: a change of policy need not wait for the verifier.
import type { BpfMap, LoadedObject } from "@weft/ebpf";
import { graceOver } from "./grace.ts";

/** A loaded object, and what it was given. */
export interface Kept {
  readonly object: LoadedObject;
  /** All that the verifier was told: equal, and only maps and `.data.policy` differ. "" is never equal. */
  readonly print: string;
  /** Keys in its private maps. */
  readonly filled: Map<string, readonly Uint8Array[]>;
}

/** Containers of which programs are kept; beyond, those whose policy changed the longest ago are let go. */
const ownersMost = 32;

interface Held {
  inForce: Kept | undefined;
  spare: (Kept & { readonly free: Promise<boolean> }) | undefined;
}

/** For each container what is in force, and what was before it. */
export class Spares implements Disposable {
  readonly #held = new Map<string, Held>();

  /** The programs from before, with empty maps, if they are the same but for the policy and it has room in them. */
  async take(
    owner: string,
    print: string,
    sizes: Readonly<Record<string, number>>,
  ): Promise<Kept | undefined> {
    const held = this.#held.get(owner);
    const spare = held?.spare;
    if (held === undefined || spare === undefined || print === "" || spare.print !== print) return undefined;
    const { maps } = spare.object;
    if (Object.entries(sizes).some(([name, size]) => (maps.get(name)?.maxEntries ?? 0) < size))
      return undefined;
    held.spare = undefined;
    try {
      if (!(await spare.free)) throw new Error("a packet may still be judged by it");
      for (const [name, keys] of spare.filled) await empty(spare.object.map(name), keys);
      spare.filled.clear();
      return spare;
    } catch {
      spare.object.close();
      return undefined; // Loading anew is always possible.
    }
  }

  /** These programs are in force now, and those before them are not. */
  nowInForce(owner: string, kept: Kept): void {
    const held = this.#held.get(owner) ?? { inForce: undefined, spare: undefined };
    const before = held.inForce;
    if (kept.print === "") kept.object.close();
    held.inForce = kept.print === "" ? undefined : kept;
    if (before !== undefined) {
      held.spare?.object.close();
      held.spare = { ...before, free: graceOver().then(yes, no) };
    }
    this.#held.delete(owner);
    if (held.inForce === undefined && held.spare === undefined) return;
    this.#held.set(owner, held);
    const [oldest] = this.#held.keys();
    if (this.#held.size > ownersMost && oldest !== undefined) this.forget(oldest);
  }

  /** It is not known what is in force. */
  forget(owner: string): void {
    const held = this.#held.get(owner);
    this.#held.delete(owner);
    held?.inForce?.object.close();
    held?.spare?.object.close();
  }

  [Symbol.dispose](): void {
    for (const owner of [...this.#held.keys()]) this.forget(owner);
  }
}

const yes = () => true;
const no = () => false;

/** Makes a map as it was before these entries were written. */
async function empty(map: BpfMap, keys: readonly Uint8Array[]): Promise<void> {
  if (map.type !== "array") return void (await map.deleteBatch(keys));
  const zeros = new Uint8Array(map.valueBytes);
  await map.updateBatch(keys.map((key) => [key, zeros] as const));
}
