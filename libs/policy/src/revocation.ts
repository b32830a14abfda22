import { parseDuration } from "./duration.ts";

/** What becomes of an established flow whose permission a change of policy takes away. */
export type Revocation =
  | { readonly mode: "cut" }
  | { readonly mode: "keep" }
  /** It lives on for this long after the change; 1 to 86,400 whole seconds. */
  | { readonly mode: "drain"; readonly seconds: number };

/** Names the revocation on a policy of Kubernetes, which has no field for it. */
export const revocationAnnotation = "weft/on-revoke";

/** What a text of {@link parseRevocation} has to be, for diagnostics. */
export const revocationRule = "cut, keep or drain=DURATION, whole seconds from 1s to 24h, such as drain=30s";

const longestS = 86_400;

/** Reads `cut`, `keep` or `drain=` and a duration as Go writes them (`30s`, `1m30s`, `1.5h`); undefined: none of them. */
export function parseRevocation(text: string): Revocation | undefined {
  if (text === "cut" || text === "keep") return { mode: text };
  const ms = text.startsWith("drain=") ? parseDuration(text.slice("drain=".length)) : undefined;
  if (ms === undefined) return undefined;
  const seconds = ms / 1000;
  const fits = Number.isInteger(seconds) && seconds >= 1 && seconds <= longestS;
  return fits ? { mode: "drain", seconds } : undefined;
}

/** The strictest of several: cut before the shortest drain before keep. Of none: cut. */
export function strictest(all: readonly Revocation[]): Revocation {
  const inOrder = all.toSorted((one, other) => patience(one) - patience(other));
  return inOrder[0] ?? { mode: "cut" };
}

function patience(revocation: Revocation): number {
  if (revocation.mode === "drain") return revocation.seconds;
  return revocation.mode === "cut" ? 0 : Number.POSITIVE_INFINITY;
}
