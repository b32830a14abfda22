import type { LoadedObject } from "@weft/ebpf";

/** How often programs have looked into maps and changed them. */
interface Operations {
  readonly lookups: number;
  readonly updates: number;
  readonly deletes: number;
}

/** In front of an entry's source: its programs count what they ask of maps. Helpers are function pointers, calls of which are macros from here on. */
export const counting = `
#include "base/base.h"
__u64 lookups, updates, deletes;
#define bpf_map_lookup_elem(...) (lookups++, (bpf_map_lookup_elem)(__VA_ARGS__))
#define bpf_map_update_elem(...) (updates++, (bpf_map_update_elem)(__VA_ARGS__))
#define bpf_map_delete_elem(...) (deletes++, (bpf_map_delete_elem)(__VA_ARGS__))
`;

type Counts = { readonly [name in keyof Operations]: bigint | number };

/** What objects that count have counted so far. */
export function operationsOf(objects: readonly LoadedObject[]): Operations {
  const counts = objects.map((object) => object.map(".bss").typed<number, Counts>().lookup(0));
  const sum = (name: keyof Operations) =>
    counts.reduce((total, each) => total + Number(each?.[name] ?? 0), 0);
  return { lookups: sum("lookups"), updates: sum("updates"), deletes: sum("deletes") };
}
