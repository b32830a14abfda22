// What a program relies on in a map that outlives it: two maps with the same layout can stand for each other.
import { createHash } from "node:crypto";
import { type BpfMap, btfText, type MapSpec, type ObjectSpec } from "@weft/ebpf";

/** What an object declares, or the kernel has. */
type Laid = Pick<BpfMap | MapSpec, "type" | "keySize" | "valueSize" | "maxEntries" | "flags" | "codec">;

/** The layouts of all maps of an object, by name. */
export function layoutsOf(object: ObjectSpec | undefined): Record<string, string> {
  return Object.fromEntries([...(object?.maps ?? [])].map(([name, map]) => [name, layoutOf(map)]));
}

/** Maps whose keys and values are the kernel's business; it takes no types for them. */
const untyped: ReadonlySet<string> = new Set(["prog_array", "ringbuf"]);

const known = new WeakMap<object, string>();

/**
 * The layout of a map in a word: type, sizes, entries, and a print of flags and C types. A field whose meaning changes
 * needs another name: fields of the same name and type are taken for the same.
 */
export function layoutOf(map: Laid): string {
  const held = known.get(map);
  if (held !== undefined) return held;
  const { type, keySize, valueSize, maxEntries, flags } = map;
  const codec = untyped.has(type) ? undefined : map.codec;
  const types = codec === undefined ? [] : [btfText(codec.key.type), btfText(codec.value.type)];
  const print = createHash("sha256")
    .update([flags, ...types].join("\n"))
    .digest("hex");
  const layout = `${type} ${keySize}+${valueSize} x${maxEntries} ${print.slice(0, 8)}`;
  known.set(map, layout);
  return layout;
}
