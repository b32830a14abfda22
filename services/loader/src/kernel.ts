// The door to the kernel, as the rest of the loader sees it: read what is there, apply operations, report programs.
import type { FlowLoss } from "@weft/log";
import type { WeftError } from "@weft/netaddr";
import type { Actual } from "./domain/actual.ts";
import type { Outcome } from "./domain/effect.ts";
import type { DeviceWish, LoadWish, Operation } from "./domain/operation.ts";

/** Where to look for things that leave no trace under a known name. */
export interface ReadScope {
  /** Devices whose containers are to be looked into. */
  readonly devices: readonly DeviceWish[];
  /** Digests of objects that programs may have come from. */
  readonly digests: readonly string[];
  /** Slots to look at; undefined: all of them, which is slow and only needed once. */
  readonly slots: readonly number[] | undefined;
}

/** An operation that could not be done. */
export interface Failure {
  readonly operation: Operation;
  readonly error: WeftError;
}

/** What became of a list of operations. */
export interface Applied {
  readonly failures: readonly Failure[];
  /** Runs of operations of one kind, with times in milliseconds since 1970. */
  readonly writes: readonly KernelWrite[];
}

/** A run of operations of one kind. */
export interface KernelWrite {
  readonly kind: Operation["kind"];
  readonly count: number;
  /** Whose; "" is the host itself. */
  readonly owners: readonly string[];
  /** What was written to: maps, hooks, devices. */
  readonly targets: readonly string[];
  /** Map entries, of all of them together. */
  readonly entries: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** A program in force, as the kernel tells it. */
export interface ProgramReport {
  readonly owner: string;
  readonly hook: string;
  readonly programId: number;
  readonly tag: string;
  readonly instructions: number;
  readonly jitedBytes: number;
  /** Packets by outcome number, summed over CPUs; the same map for all programs of an owner. */
  readonly counters: readonly number[];
}

/** What the programs of a host tell of packets. One reader at a time. */
export interface KernelRecords extends AsyncDisposable {
  /** Records in the order in which they were made, each a `struct weft_record`, until the signal aborts. */
  batches(signal: AbortSignal): AsyncIterable<readonly Uint8Array[]>;
  /** What could not be told since this was last asked, by this loader or the one before. */
  takeLosses(): Promise<FlowLoss>;
}

/** The door. */
export interface Kernel extends AsyncDisposable {
  read(scope: ReadScope): Promise<Actual>;
  /**
   * Does the operations, those of one owner in order and different owners' at once, and tells of each that was done. When one with an owner fails, the owner's others are
   * left out and the rest goes on; when one without an owner fails, nothing more is done.
   */
  apply(
    operations: readonly Operation[],
    done: (operation: Operation, outcome: Outcome) => void,
    signal?: AbortSignal,
  ): Promise<Applied>;
  /** Private maps that an object makes whenever it is loaded. */
  privateMaps(program: LoadWish): readonly string[];
  /** Every flow is decided anew by its next packet. */
  forgetFlows(): Promise<void>;
  reports(owners: readonly string[]): Promise<readonly ProgramReport[]>;
  /** Opens the records of this host; undefined when its programs make none. */
  records(): Promise<KernelRecords | undefined>;
}
