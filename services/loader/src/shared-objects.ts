// The two objects that every host needs: tier 0 of containers, and the uplink's.
import { setTimeout as delay } from "node:timers/promises";
import type { Objects } from "./objects.ts";

/** Digests of the two. */
interface SharedDigests {
  readonly container: string;
  readonly uplink: string;
}

/** The shared objects as last known. */
interface SharedObjects {
  current(): SharedDigests;
  /** Called when the compiler, reached late, has others. */
  onChange(listener: () => void): void;
}

const retryMs = 500;
/** How long the compiler may take when an answer of it is at hand. */
const patienceMs = 3000;

async function built(objects: Objects, signal: AbortSignal): Promise<SharedDigests> {
  const [container, uplink] = await Promise.all([
    objects.build({ entry: "container" }, "", { signal }),
    objects.build({ entry: "uplink" }, "", { signal }),
  ]);
  return { container, uplink };
}

async function recalled(objects: Objects): Promise<SharedDigests | undefined> {
  const container = await objects.recall({ entry: "container" }, "");
  const uplink = await objects.recall({ entry: "uplink" }, "");
  return container === undefined || uplink === undefined ? undefined : { container, uplink };
}

/**
 * Asks the compiler for the shared objects, for as long as it takes; a host that has been asked before goes on with what
 * it has when the compiler is away, and takes the newer objects when it comes.
 */
export async function resolveShared(
  objects: Objects,
  signal: AbortSignal,
  onFault: (error: unknown) => void,
): Promise<SharedObjects> {
  const asking = ask(objects, signal, onFault);
  const old = await recalled(objects);
  let current =
    old === undefined
      ? await asking
      : await Promise.race([asking, delay(patienceMs, old, { signal, ref: false })]);
  const listeners: (() => void)[] = [];
  asking.then(
    (fresh) => {
      const same = fresh.container === current.container && fresh.uplink === current.uplink;
      current = fresh;
      if (!same) for (const listener of listeners) listener();
    },
    () => undefined, // Ended before the compiler came.
  );
  return { current: () => current, onChange: (listener) => listeners.push(listener) };
}

async function ask(
  objects: Objects,
  signal: AbortSignal,
  onFault: (error: unknown) => void,
): Promise<SharedDigests> {
  for (;;) {
    try {
      return await built(objects, signal);
    } catch (error) {
      signal.throwIfAborted();
      onFault(error);
    }
    await delay(retryMs, undefined, { signal });
  }
}
