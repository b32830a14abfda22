import { isUtf8 } from "node:buffer";

/** How many of the bytes, from the first on, are whole characters in UTF-8: all of them, or those before the first wrong one. */
export function utf8Length(bytes: Uint8Array): number {
  if (isUtf8(bytes)) return bytes.length;
  let [good, bad] = [0, bytes.length];
  // Cut within a character, a text is not wrong yet; cut at most three bytes earlier it is whole.
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (canGoOn(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  while (!isUtf8(bytes.subarray(0, good))) good -= 1;
  return good;
}

/** Whether bytes are the beginning of some text in UTF-8. */
function canGoOn(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
