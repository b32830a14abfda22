import type { Pick } from "@weft/rpc/testing";
import type { Journal } from "../journal.ts";
import type { ChaosLab } from "../lab.ts";

/** Where faults happen. */
export interface Scene {
  readonly lab: ChaosLab;
  readonly journal: Journal;
  /** A whole number below its argument, from the run's seed. */
  readonly pick: Pick;
  /** Does something while none of the run's own changes is under way. */
  quietly<T>(work: () => Promise<T>): Promise<T>;
}

/** A fault that has begun. */
export interface Begun {
  /** What it hit, for the schedule: "loader-h1 (4711)". */
  readonly target: string;
  /** When it hit, by the monotonic clock in ns; undefined: when it was asked for. */
  readonly atNs?: number;
  /** Host whose changes say most about the recovery. */
  readonly host?: string;
  /** Ends when the fault itself is over (a frozen process goes on, a full disk has room again). */
  readonly over?: Promise<void>;
  /** Asked once changes are possible again: what is not as it must be, one sentence each. */
  readonly check?: () => Promise<readonly string[]>;
}

/** One kind of fault. Adding one is one file and one line in index.ts. */
export interface Fault {
  readonly kind: string;
  begin(scene: Scene): Promise<Begun>;
}
