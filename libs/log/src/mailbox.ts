import type { WeftError } from "@weft/netaddr";
import { checkSignal } from "./retry.ts";

/** A queue with one reader: callbacks put, the reader waits with a deadline and takes all there is. */
export class Mailbox<Item> {
  readonly #capacity: number;
  #items: Item[] = [];
  #failure: WeftError | undefined;
  #woken = false;
  #overflowed = false;
  #wake: (() => void) | undefined;

  constructor(capacity = Number.POSITIVE_INFINITY) {
    this.#capacity = capacity;
  }

  /** Adds an item; when full, the item is dropped and the overflow remembered. */
  put(item: Item): void {
    if (this.#overflowed || this.#items.length >= this.#capacity) this.#overflowed = true;
    else this.#items.push(item);
    this.#wake?.();
  }

  /** Makes the reader's next `wait` throw, once everything before has been taken. */
  fail(error: WeftError): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  /** Ends the reader's wait, or its next one, without an item. */
  nudge(): void {
    this.#woken = true;
    this.#wake?.();
  }

  /** True once after items were dropped. */
  takeOverflow(): boolean {
    const overflowed = this.#overflowed;
    this.#overflowed = false;
    return overflowed;
  }

  /** Everything there is, in order. */
  take(): Item[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  /** True when there is something to take; false when the time passed or somebody nudged. */
  async wait(timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    checkSignal(signal);
    if (this.#ready()) return this.#outcome();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      signal?.addEventListener("abort", onAbort, { once: true });
      function onAbort(): void {
        resolve();
      }
      this.#wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
    });
    this.#wake?.();
    this.#wake = undefined;
    checkSignal(signal);
    return this.#outcome();
  }

  #ready(): boolean {
    return this.#items.length > 0 || this.#failure !== undefined || this.#woken || this.#overflowed;
  }

  #outcome(): boolean {
    this.#woken = false;
    if (this.#items.length > 0) return true;
    if (this.#failure !== undefined) throw this.#failure;
    return false;
  }
}
