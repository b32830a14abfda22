import { type Folded, type FoldOptions, fold, type Projection } from "./fold.ts";
import { LogReplaced } from "./replaced.ts";
import { abortable } from "./retry.ts";
import type { Log } from "./types.ts";

/** A fold that is kept: each time it is asked for, what is new is read. */
export type KeptFold<State> = (signal?: AbortSignal) => Promise<Folded<State>>;

/**
 * Keeps a fold up to date with the log for who asks now and then; one who leaves takes no one's work along. When the log is
 * not the one that was folded, or reading fails halfway, the fold starts anew.
 */
export function keepFold<State>(
  log: Log,
  projection: Projection<State>,
  options: Pick<FoldOptions, "onUnknown" | "snapshotEvery"> = {},
): KeptFold<State> {
  let kept: Folded<State> | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  async function upToDate(): Promise<Folded<State>> {
    const after = kept;
    kept = undefined;
    try {
      kept = await fold(log, projection, after === undefined ? options : { ...options, after });
    } catch (error) {
      if (!(error instanceof LogReplaced)) throw error;
      kept = await fold(log, projection, options);
    }
    return kept;
  }

  return (signal) => {
    const turn = queue.then(upToDate);
    queue = turn.catch(() => undefined);
    return abortable(turn, signal);
  };
}
