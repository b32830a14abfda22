import type { Begun, Fault } from "./fault.ts";

/** One fault of some kinds, and before it is over one or two of other kinds. */
export function together(first: readonly Fault[], then: readonly Fault[]): Fault {
  return {
    kind: "several at once",
    async begin(scene) {
      const { pick } = scene;
      const chosen = [first, then, then]
        .slice(0, 2 + pick(2))
        .flatMap((some) => some[pick(some.length)] ?? []);
      // Who kills both leaves nobody who would start anything again: that is "kill everything".
      const keepers = chosen.filter(({ kind }) => ["kill supervisor", "kill guardian"].includes(kind));
      const faults = new Set(chosen).difference(new Set(keepers.filter((one) => one !== keepers[0])));
      const begun: (Begun & { readonly kind: string })[] = [];
      for (const fault of faults) begun.push({ kind: fault.kind, ...(await fault.begin(scene)) });
      const host = begun.find((one) => one.host !== undefined)?.host;
      return {
        target: begun.map(({ kind, target }) => `${kind}: ${target}`).join("; "),
        ...(host !== undefined && { host }),
        over: Promise.all(begun.map(({ over }) => over)).then(() => undefined),
        check: async () => (await Promise.all(begun.map(({ check }) => check?.() ?? []))).flat(),
      };
    },
  };
}
