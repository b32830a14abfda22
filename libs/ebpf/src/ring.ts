import { guard } from "./error.ts";
import type { BpfMap } from "./map.ts";
import { type NativeRing, native } from "./native.ts";

/** A consumer of a ring buffer map. */
export interface RingBuffer extends AsyncDisposable {
  /**
   * Batches of records, in order, until closed or aborted (then it ends without an error). A thread looks into the
   * ring every `intervalMs`; while a batch is not taken it waits, and the ring fills: count lost records in BPF.
   */
  batches(options?: BatchOptions): AsyncGenerator<readonly Uint8Array[], void>;
  close(): Promise<void>;
}

/** When to stop. */
export interface BatchOptions {
  readonly signal?: AbortSignal;
}

/** Options of a ring buffer's consumer. */
export interface RingOptions {
  /** How often to look; default 5. Programs should then submit with BPF_RB_NO_WAKEUP, which is twice as fast. */
  readonly intervalMs?: number;
}

/** Consumes a map of type ringbuf. A map has one consumer at a time. */
export const RingBuffer = {
  open(map: BpfMap, options: RingOptions = {}): RingBuffer {
    return new KernelRing(map.fd, options.intervalMs ?? 5);
  },
};

class KernelRing implements RingBuffer {
  readonly #ring: NativeRing;
  #batch: readonly Uint8Array[] | undefined;
  #wake: () => void = () => undefined;
  #closed = false;

  constructor(fd: number, intervalMs: number) {
    const deliver = (bytes: Uint8Array, lengths: Uint32Array): void => {
      this.#batch = split(bytes, lengths);
      this.#wake();
    };
    this.#ring = guard(() => new native.Ring(fd, intervalMs, deliver));
  }

  async *batches({ signal }: BatchOptions = {}): AsyncGenerator<readonly Uint8Array[], void> {
    const wake = (): void => this.#wake();
    signal?.addEventListener("abort", wake);
    try {
      while (!this.#closed && !signal?.aborted) {
        const batch = this.#batch;
        if (batch === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
        else {
          this.#batch = undefined;
          this.#ring.taken();
          yield batch;
        }
      }
    } finally {
      signal?.removeEventListener("abort", wake);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#ring.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function split(bytes: Uint8Array, lengths: Uint32Array): readonly Uint8Array[] {
  let at = 0;
  return Array.from(lengths, (length) => {
    at += length;
    return bytes.subarray(at - length, at);
  });
}
