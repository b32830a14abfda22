import type { Output } from "../output.ts";

/** Says lines with the seconds since the start before them. */
export function clock(output: Output, now: () => number = Date.now): (text: string) => void {
  const start = now();
  return (text) => output.say(`${((now() - start) / 1000).toFixed(1).padStart(6)} s  ${text}`);
}
