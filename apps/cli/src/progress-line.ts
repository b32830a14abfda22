import type { Output } from "./output.ts";

/** What takes less is done before anybody asks how far it is. */
const quietMs = 1000;
const everyMs = 200;

/** A line at the terminal that says how far something is, once it takes long; it is gone when this is disposed of. */
export function progressLine({ progress }: Output): Disposable & { readonly show: (text: string) => void } {
  let nextMs = performance.now() + quietMs;
  let shown = false;
  return {
    show(text) {
      if (progress === undefined || performance.now() < nextMs) return;
      nextMs = performance.now() + everyMs;
      shown = true;
      progress(text);
    },
    [Symbol.dispose]() {
      if (shown) progress?.("");
    },
  };
}
