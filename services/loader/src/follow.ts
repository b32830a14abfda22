// The log into the mesh, for ever: what is lost is caught up, and a log that cannot be reached is waited for.
import { setTimeout as delay } from "node:timers/promises";
import { type Log, LogReplaced, type OnUnknown, type Recorded, type Trail } from "@weft/log";
import { evolve, type Mesh, type Passed, pass } from "@weft/model";
import { toWeftError, type WeftError } from "@weft/netaddr";

/** What following needs and whom it tells. */
export interface FollowerOptions {
  readonly log: Log;
  /** Folded up to its revision; changed in place. */
  readonly mesh: Mesh;
  /** What tells the log that the mesh was folded from. */
  readonly trail: Trail;
  /** An event that is in the mesh now; the ones before the first `onCaughtUp` are history. */
  readonly onEvent: (event: Recorded) => void;
  /** What is on record and has no effect. What follows it is taken nonetheless. */
  readonly onPassed: (passed: Passed) => void;
  /** The log was asked, and has all that was handed out. */
  readonly onChecked: () => void;
  /** The log is not the one that the mesh was folded from: the end of following. */
  readonly onReplaced: (error: LogReplaced) => void;
  /** Everything that was on record has been handed out. */
  readonly onCaughtUp: () => void;
  /** The log cannot be read; it is tried again. Undefined: it can be again. */
  readonly onFault: (error: WeftError | undefined) => void;
  readonly signal: AbortSignal;
}

const retryMs = 500;

/** Follows until the signal aborts. */
export async function followLog(options: FollowerOptions): Promise<void> {
  const { log, mesh, trail, signal, onEvent, onPassed, onCaughtUp, onFault } = options;
  const tellOf = (revision: number): boolean => {
    const last = mesh.passed.recent.at(-1);
    if (last?.revision !== revision) return false;
    onPassed(last);
    return true;
  };
  const onUnknown: OnUnknown = (event, ...why) => {
    pass(mesh, event, ...why);
    tellOf(event.revision);
  };
  while (!signal.aborted) {
    try {
      const request = {
        from: mesh.revision + 1,
        trail,
        signal,
        onChecked: options.onChecked,
        onCaughtUp: () => {
          onFault(undefined);
          onCaughtUp();
        },
        onUnknown,
      };
      for await (const event of log.follow(request)) {
        evolve(mesh, event);
        if (!tellOf(event.revision)) onEvent(event);
      }
    } catch (thrown) {
      if (signal.aborted) return;
      onFault(toWeftError(thrown));
      if (thrown instanceof LogReplaced) return options.onReplaced(thrown);
    }
    await delay(retryMs, undefined, { signal }).catch(() => undefined);
  }
}
