// The two objects that every host needs: tier 0 of containers, and the uplink's.
import { setTimeout as delay } from "node:timers/promises";
import type { Memory, SharedDigests } from "./memory.ts";
import type { Objects } from "./objects.ts";

/** The shared objects as last known. */
interface SharedObjects {
  current(): SharedDigests;
  /** Called when the compiler, reached late, has others. */
  onChange(listener: () => void): void;
}

const retryMs = 500;
/** How long the compiler may take when an answer of it is at hand. */
const patienceMs = 3000;

async function built(objects: Pick<Objects, "build">, signal: AbortSignal): Promise<SharedDigests> {
  const [container, uplink] = await Promise.all([
    objects.build({ entry: "container" }, "", { signal }),
    objects.build({ entry: "uplink" }, "", { signal }),
  ]);
  return { container, uplink };
}

async function recalled(objects: Pick<Objects, "recall">): Promise<SharedDigests | undefined> {
  const container = await objects.recall({ entry: "container" }, "");
  const uplink = await objects.recall({ entry: "uplink" }, "");
  return container === undefined || uplink === undefined ? undefined : { container, uplink };
}

/** What this host used before, if it still has it. */
async function used(
  objects: Pick<Objects, "spec">,
  memory: Pick<Memory, "shared">,
): Promise<SharedDigests | undefined> {
  const digests = memory.shared();
  if (digests === undefined) return undefined;
  const found = await Promise.all([objects.spec(digests.container), objects.spec(digests.uplink)]);
  return found.includes(undefined) ? undefined : digests;
}

/**
 * Asks the compiler for the shared objects, for as long as it takes. A host that starts again goes on with those that it
 * used, which are those in its kernel; one that is new to the mesh takes what somebody on this machine was told when the
 * compiler is away. Either takes the newer objects when they come.
 */
export async function resolveShared(
  objects: Pick<Objects, "spec" | "build" | "recall">,
  memory: Pick<Memory, "shared" | "noteShared">,
  signal: AbortSignal,
  onFault: (error: unknown) => void,
): Promise<SharedObjects> {
  const asking = ask(objects, signal, onFault);
  // It may fail before anybody waits for it.
  asking.catch(() => undefined);
  let current = await used(objects, memory).catch(() => undefined);
  if (current === undefined) {
    const old = await recalled(objects);
    current =
      old === undefined
        ? await asking
        : await Promise.race([asking, delay(patienceMs, old, { signal, ref: false })]);
    memory.noteShared(current);
  }
  let now = current;
  const listeners: (() => void)[] = [];
  asking.then(
    (fresh) => {
      const same = fresh.container === now.container && fresh.uplink === now.uplink;
      now = fresh;
      memory.noteShared(now);
      if (!same) for (const listener of listeners) listener();
    },
    () => undefined, // Ended before the compiler came.
  );
  return { current: () => now, onChange: (listener) => listeners.push(listener) };
}

async function ask(
  objects: Pick<Objects, "build">,
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
