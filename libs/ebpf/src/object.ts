import type { BpfMap } from "./map.ts";
import type { Program } from "./program.ts";

/** What was loaded: programs and maps by the names they have in the source. */
export interface LoadedObject extends Disposable, AsyncDisposable {
  readonly name: string;
  readonly programs: ReadonlyMap<string, Program>;
  readonly maps: ReadonlyMap<string, BpfMap>;
  /** Throws a RangeError when there is none of that name. */
  program(name: string): Program;
  /** As `program`. Reused maps are there too, as descriptors of their own. */
  map(name: string): BpfMap;
  /** Closes every program and map of it; what is pinned or attached stays. */
  close(): void;
}

/** An object of these programs and maps. */
export function loadedObject(
  name: string,
  programs: Iterable<readonly [string, Program]>,
  maps: Iterable<readonly [string, BpfMap]>,
): LoadedObject {
  const programsByName = new Map(programs);
  const mapsByName = new Map(maps);
  const close = (): void => {
    for (const program of programsByName.values()) program.close();
    for (const map of mapsByName.values()) map.close();
  };
  return {
    name,
    programs: programsByName,
    maps: mapsByName,
    program: (wanted) => find(programsByName, wanted, `${name} has no program`),
    map: (wanted) => find(mapsByName, wanted, `${name} has no map`),
    close,
    [Symbol.dispose]: close,
    [Symbol.asyncDispose]: async () => close(),
  };
}

function find<T>(all: ReadonlyMap<string, T>, name: string, complaint: string): T {
  const found = all.get(name);
  if (found === undefined)
    throw new RangeError(`${complaint} ${name} (it has: ${[...all.keys()].join(", ")})`);
  return found;
}
