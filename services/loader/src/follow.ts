// The log into the mesh, for ever: what is lost is caught up, and a log that cannot be reached is waited for.
import { setTimeout as delay } from "node:timers/promises";
import type { Envelope, Log, Recorded, Unreadable } from "@weft/log";
import { evolve, type Mesh, pass, skip } from "@weft/model";
import { toWeftError, type WeftError } from "@weft/netaddr";

/** What following needs and whom it tells. */
export interface FollowerOptions {
  readonly log: Log;
  /** Folded up to its revision; changed in place. */
  readonly mesh: Mesh;
  /** An event that is in the mesh now; the ones before the first `onCaughtUp` are history. */
  readonly onEvent: (event: Recorded) => void;
  /** An event of a newer version, which the mesh lacks from now on. What follows it is taken nonetheless. */
  readonly onUnknown: () => void;
  /** What is no event of the subject it is on, or none at all: somebody has written what is not his. It is passed over. */
  readonly onInvalid: (event: Envelope, message: string) => void;
  /** Everything that was on record has been handed out. */
  readonly onCaughtUp: () => void;
  /** The log cannot be read; it is tried again. Undefined: it can be again. */
  readonly onFault: (error: WeftError | undefined) => void;
  readonly signal: AbortSignal;
}

const retryMs = 500;

/** Follows until the signal aborts. */
export async function followLog(options: FollowerOptions): Promise<void> {
  const { log, mesh, signal, onEvent, onUnknown, onInvalid, onCaughtUp, onFault } = options;
  while (!signal.aborted) {
    try {
      const request = {
        from: mesh.revision + 1,
        signal,
        onCaughtUp: () => {
          onFault(undefined);
          onCaughtUp();
        },
        onUnknown: (event: Envelope, type: string, why: Unreadable) => {
          if (why.kind === "invalid") {
            pass(mesh, event.revision);
            onInvalid(event, why.message);
            return;
          }
          skip(mesh, event.revision, type);
          onUnknown();
        },
      };
      for await (const event of log.follow(request)) {
        evolve(mesh, event);
        onEvent(event);
      }
    } catch (thrown) {
      if (signal.aborted) return;
      onFault(toWeftError(thrown));
    }
    await delay(retryMs, undefined, { signal }).catch(() => undefined);
  }
}
