// Whether this host can know that the log still is the one that it follows. While it cannot, it says of nothing that it is in force.
import type { WeftError } from "@weft/netaddr";
import { openGate } from "./gate.ts";

/** What a host knows of the log that it follows. */
export interface Doubt {
  /** Why it cannot know; "" when it can. */
  text(): string;
  /** The connection to NATS is lost (true), or there again (false). */
  connection(lost: boolean): void;
  /** The log cannot be followed; undefined: it can again. */
  fault(error: WeftError | undefined): void;
  /** The log was asked, and has all that was read of it. */
  checked(): void;
  /** Returns when there is no doubt. */
  cleared(signal?: AbortSignal): Promise<void>;
}

/** A quiet log is asked every second: who has had no answer for so long knows nothing. */
const silentMs = 5_000;

/** A host that has not asked yet. */
export function openDoubt(now: () => number = () => performance.now()): Doubt {
  const gate = openGate();
  let lost = false;
  let fault: WeftError | undefined;
  let checkedAtMs: number | undefined;
  const text = (): string => {
    if (lost) return "no connection to NATS: what is in force stays in force";
    if (fault !== undefined) return `the log cannot be followed: ${fault.message}`;
    if (checkedAtMs === undefined)
      return "it is not known yet whether the log still has everything that was read of it";
    const silent = now() - checkedAtMs;
    if (silent < silentMs) return "";
    return `the log has not answered for ${Math.round(silent / 1000)} s: what is in force stays in force`;
  };
  return {
    text,
    connection(isLost) {
      lost = isLost;
      if (lost) checkedAtMs = undefined;
      gate.changed();
    },
    fault(error) {
      fault = error;
      gate.changed();
    },
    checked() {
      checkedAtMs = now();
      gate.changed();
    },
    cleared: (signal) => gate.until(() => text() === "", signal),
  };
}
