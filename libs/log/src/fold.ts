import { deserialize, serialize } from "node:v8";
import { readSnapshot, type Snapshot, writeSnapshot } from "./snapshot.ts";
import type { Log, OnUnknown, Recorded } from "./types.ts";

/** A way to fold the log into a state. */
export type Projection<State> = {
  /** Name of the projection; with `version` it names the snapshot. */
  readonly name: string;
  /** Raise it whenever `evolve` or the shape of the state changes: old snapshots are then ignored. */
  readonly version: number;
  /** The empty state, or a function that makes one when `evolve` changes states in place. */
  readonly initial: State | (() => State);
  /** NATS filter: only these events matter. */
  readonly subject?: string;
  evolve(state: State, event: Recorded): State;
  /** State to bytes; default: `v8.serialize`, which knows Map, Set, bigint and bytes. */
  encode?(state: State): Uint8Array;
  decode?(bytes: Uint8Array): State;
};

/** Which revision to fold to, and whether snapshots may be used and made. */
export type FoldOptions = {
  /** Default: the head. */
  readonly at?: number;
  /** Events replayed after which a new snapshot is saved; 0: neither use nor make snapshots. Default 10,000. */
  readonly snapshotEvery?: number;
  /** As for `read`; no snapshot is made of a state that lacks an event of a newer version. */
  readonly onUnknown?: OnUnknown;
  readonly signal?: AbortSignal;
};

/** A state and the revision it is the fold of. */
export type Folded<State> = { readonly state: State; readonly revision: number };

/** The state of a projection at a revision: snapshot and tail, or the whole log when there is no usable snapshot. */
export async function fold<State>(
  log: Log,
  projection: Projection<State>,
  options: FoldOptions = {},
): Promise<Folded<State>> {
  const { snapshotEvery = 10_000, onUnknown, signal } = options;
  const stop = signal === undefined ? {} : { signal };
  const head = await log.head();
  const to = Math.min(options.at ?? head, head);
  const snapshot = snapshotEvery > 0 ? await readSnapshot(log, projection, to, signal) : undefined;
  const start = restore(projection, snapshot);
  let state = start.state;
  let replayed = 0;
  let whole = true;
  const skipping: { onUnknown?: OnUnknown } = {};
  if (onUnknown !== undefined) {
    skipping.onUnknown = (envelope, type, why) => {
      if (why.kind === "unknown") whole = false;
      onUnknown(envelope, type, why);
    };
  }
  const subject = projection.subject === undefined ? {} : { subject: projection.subject };
  for await (const event of log.read({ from: start.revision + 1, to, ...subject, ...skipping, ...stop })) {
    state = projection.evolve(state, event);
    replayed += 1;
  }
  if (whole && snapshotEvery > 0 && replayed >= snapshotEvery) {
    const bytes = projection.encode?.(state) ?? serialize(state);
    await writeSnapshot(log, projection, { revision: to, bytes }, signal);
  }
  return { state, revision: to };
}

function restore<State>(projection: Projection<State>, snapshot: Snapshot | undefined): Folded<State> {
  if (snapshot !== undefined) {
    try {
      const state = projection.decode?.(snapshot.bytes) ?? (deserialize(snapshot.bytes) as State);
      return { state, revision: snapshot.revision };
    } catch {
      // A snapshot that cannot be read is one that never was.
    }
  }
  return { state: initialState(projection), revision: 0 };
}

/** A fresh empty state. */
export function initialState<State>(projection: Pick<Projection<State>, "initial">): State {
  const { initial } = projection;
  return typeof initial === "function" ? (initial as () => State)() : initial;
}
