// What a map holds, into one of another layout.
import { type BpfMap, Program, type Value } from "@weft/ebpf";

type Convert = (bytes: Uint8Array) => Uint8Array | undefined;

/**
 * Adds to a map what another one holds and it does not. Fields go by their names: those that are new are zero, those that are
 * gone are left out. What does not fit stays behind; an array's values replace those of the new one.
 */
export async function carryOver(from: BpfMap, to: BpfMap): Promise<void> {
  if (from.type !== to.type) return;
  if (from.type === "prog_array") return carryPrograms(from, to);
  const key = converter(from, to, "key");
  const value = converter(from, to, "value");
  if (key === undefined || value === undefined) return;
  const array = from.type.endsWith("array");
  const held = new Set(array ? [] : [...(await to.readEntries())].map(([one]) => hex(one)));
  const entries: (readonly [Uint8Array, Uint8Array])[] = [];
  for (const [oldKey, oldValue] of await from.readEntries()) {
    if (array && indexOf(oldKey) >= to.maxEntries) continue;
    const [newKey, newValue] = [key(oldKey), value(oldValue)];
    if (newKey === undefined || newValue === undefined || held.has(hex(newKey))) continue;
    entries.push([newKey, newValue]);
  }
  await to.updateBatch(entries.slice(0, to.maxEntries));
}

/** The kernel answers a program array's value with the program's id, and takes the program itself. */
async function carryPrograms(from: BpfMap, to: BpfMap): Promise<void> {
  for (const [slot, id] of await from.readEntries()) {
    if (indexOf(slot) >= to.maxEntries) continue;
    using program = Program.fromId(indexOf(id));
    to.update(slot.slice(), program);
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function indexOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

/** From bytes of one map to bytes of the other; undefined: nobody knows what they mean. */
function converter(from: BpfMap, to: BpfMap, part: "key" | "value"): Convert | undefined {
  const [before, after] = [from.codec?.[part], to.codec?.[part]];
  const plain = part === "key" ? from.keySize === to.keySize : from.valueSize === to.valueSize;
  if (before === undefined || after === undefined) return plain ? (bytes) => bytes : undefined;
  const empty = after.decode(new Uint8Array(after.size));
  const single: Convert = (bytes) => {
    try {
      return after.encode(merged(empty, before.decode(bytes)));
    } catch {
      return undefined; // A number that the new field has no room for.
    }
  };
  if (JSON.stringify(before.type) === JSON.stringify(after.type)) return (bytes) => bytes;
  return part === "key" || !from.type.startsWith("percpu") ? single : perCpu(from, to, single);
}

function perCpu(from: BpfMap, to: BpfMap, single: Convert): Convert {
  const [oldStride, newStride] = [from.valueSize, to.valueSize].map((size) => Math.ceil(size / 8) * 8);
  return (bytes) => {
    const all = new Uint8Array(to.valueBytes);
    for (let cpu = 0; cpu * (newStride ?? 0) < all.length; cpu += 1) {
      const one = single(bytes.subarray(cpu * (oldStride ?? 0)));
      if (one === undefined) return undefined;
      all.set(one, cpu * (newStride ?? 0));
    }
    return all;
  };
}

/** The new value with what the old one has of it. */
function merged(empty: Value, old: Value | undefined): Value {
  if (old === undefined) return empty;
  if (!isStruct(empty)) return sameKind(empty, old) ? old : empty;
  if (!isStruct(old)) return empty;
  return Object.fromEntries(Object.entries(empty).map(([name, value]) => [name, merged(value, old[name])]));
}

function isStruct(value: Value): value is { readonly [field: string]: Value } {
  return typeof value === "object" && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function sameKind(empty: Value, old: Value): boolean {
  const number = (value: Value) => typeof value === "number" || typeof value === "bigint";
  if (number(empty)) return number(old);
  if (Array.isArray(empty)) return Array.isArray(old) && old.length === empty.length;
  if (empty instanceof Uint8Array) return old instanceof Uint8Array && old.length === empty.length;
  return typeof empty === typeof old;
}
