import { deserialize, serialize } from "node:v8";
import { Trail } from "./mark.ts";
import { LogReplaced } from "./replaced.ts";
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
  /** Takes note of what has no effect; default: it leaves no trace. */
  pass?(state: State, ...unread: Parameters<OnUnknown>): State;
  /** State to bytes; default: `v8.serialize`, which knows Map, Set, bigint and bytes. */
  encode?(state: State): Uint8Array;
  decode?(bytes: Uint8Array): State;
};

/** Which revision to fold to, and whether snapshots may be used and made. */
export type FoldOptions<State = never> = {
  /** Default: the head. */
  readonly at?: number;
  /** Events replayed after which a new snapshot is saved; 0: neither use nor make snapshots. Default 10,000. */
  readonly snapshotEvery?: number;
  /** An earlier fold to go on from; `LogReplaced` when the log is not the one it was made of. */
  readonly after?: Folded<State>;
  /** As for `read`; what a snapshot was made without is not told again, but noted in its state by `pass`. */
  readonly onUnknown?: OnUnknown;
  readonly signal?: AbortSignal;
};

/** A state, the revision it is the fold of, and what tells the log that it was made of. */
export type Folded<State> = { readonly state: State; readonly revision: number; readonly trail: Trail };

/** How often a log may be replaced while it is folded. */
const mostAttempts = 3;

/** The state of a projection at a revision: snapshot and tail, or the whole log when there is no usable snapshot. */
export async function fold<State>(
  log: Log,
  projection: Projection<State>,
  options: FoldOptions<State> = {},
): Promise<Folded<State>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await foldOnce(log, projection, options);
    } catch (error) {
      // What was begun with a snapshot or before a restart of the server is begun anew; not what the caller had.
      const again = error instanceof LogReplaced && options.after === undefined && attempt < mostAttempts;
      if (!again) throw error;
    }
  }
}

async function foldOnce<State>(
  log: Log,
  projection: Projection<State>,
  options: FoldOptions<State>,
): Promise<Folded<State>> {
  const { snapshotEvery = 10_000, onUnknown = log.onUnknown, signal } = options;
  const stop = signal === undefined ? {} : { signal };
  const start = options.after ?? (await begin(log, projection, options));
  const { trail } = start;
  const head = await log.check(trail, signal);
  const to = Math.max(start.revision, Math.min(options.at ?? head, head));
  if (to === start.revision) return start;
  let { state } = start;
  let replayed = 0;
  const passing: OnUnknown = (...unread) => {
    state = projection.pass?.(state, ...unread) ?? state;
    onUnknown(...unread);
  };
  const subject = projection.subject === undefined ? {} : { subject: projection.subject };
  const part = { from: start.revision + 1, to, ...subject, ...stop };
  for await (const event of log.read({ ...part, onUnknown: passing })) {
    trail.pass(event.revision, event.id);
    state = projection.evolve(state, event);
    replayed += 1;
  }
  // The last event may be one that was not handed out. Then: was it one log from the first to the last?
  const id = trail.revision < to ? await log.idAt(to, signal) : "";
  await log.check(trail, signal);
  trail.pass(to, id);
  if (snapshotEvery > 0 && replayed >= snapshotEvery) {
    const bytes = projection.encode?.(state) ?? serialize(state);
    await writeSnapshot(log, projection, { mark: trail.mark, bytes }, signal);
  }
  return { state, revision: to, trail };
}

/** A usable snapshot, else the beginning. */
async function begin<State>(
  log: Log,
  projection: Projection<State>,
  { at, snapshotEvery = 10_000, signal }: FoldOptions<State>,
): Promise<Folded<State>> {
  const nothing = { state: initialState(projection), revision: 0, trail: new Trail() };
  if (snapshotEvery === 0) return nothing;
  const snapshot = await readSnapshot(log, projection, at ?? (await log.head()), signal);
  if (snapshot === undefined) return nothing;
  try {
    const trail = Trail.from(snapshot.mark);
    await log.check(trail, signal);
    return { state: restore(projection, snapshot), revision: snapshot.mark.revision, trail };
  } catch {
    // A snapshot of another log, or one that cannot be read, is one that never was.
    signal?.throwIfAborted();
    return nothing;
  }
}

function restore<State>(projection: Projection<State>, { bytes }: Snapshot): State {
  return projection.decode?.(bytes) ?? (deserialize(bytes) as State);
}

/** A fresh empty state. */
function initialState<State>(projection: Pick<Projection<State>, "initial">): State {
  const { initial } = projection;
  return typeof initial === "function" ? (initial as () => State)() : initial;
}
