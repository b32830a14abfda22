// A log that is not the one a reader knows: its tail is lost, a part of it is damaged, or it is another one.
import { WeftError } from "@weft/netaddr";
import type { Trail } from "./mark.ts";

/** What was read from the log is not in it any more. Whatever was made of it has to be made anew from what is on record. */
export class LogReplaced extends WeftError {
  /** Newest revision that the reader had seen. */
  readonly known: number;
  /** Newest revision of the log as it is now. */
  readonly head: number;
  /** Revision up to which both are surely the same. */
  readonly common: number;

  constructor(message: string, { known, head, common }: Pick<LogReplaced, "known" | "head" | "common">) {
    super("FAILED_PRECONDITION", message);
    this.name = "LogReplaced";
    this.known = known;
    this.head = head;
    this.common = common;
  }
}

/** The state of the stream: cheap to ask for. */
export type Look = {
  readonly head: number;
  /** As in `Mark`. */
  readonly missing: number;
  /** Differs whenever anything of it does. */
  readonly stamp: string;
};

/** The log, as far as a trail is held against it. */
export type Checkable = {
  look(signal?: AbortSignal): Promise<Look>;
  /** Id of the event at a revision; "" when there is none. */
  idAt(revision: number, signal?: AbortSignal): Promise<string>;
};

/** Holds a trail against the log: answers the head, or throws `LogReplaced`. */
export async function check(log: Checkable, trail: Trail, signal?: AbortSignal): Promise<number> {
  const { head, missing, stamp } = await log.look(signal);
  if (trail.checked === stamp) return head;
  const { revision, id } = trail.mark;
  const same = revision === 0 || (revision <= head && (await log.idAt(revision, signal)) === id);
  if (!same) throw await parted(log, trail, head, signal);
  if (trail.missing !== undefined && trail.missing !== missing) {
    const lost = missing - trail.missing;
    const message = `the log lost ${lost} events in the middle: part of its file is damaged`;
    throw new LogReplaced(message, { known: revision, head, common: 0 });
  }
  trail.missing = missing;
  trail.checked = stamp;
  return head;
}

/** Finds where log and trail part: by halves, because what was the same once is the same before. */
async function parted(
  log: Checkable,
  trail: Trail,
  head: number,
  signal: AbortSignal | undefined,
): Promise<LogReplaced> {
  const steps = trail.steps.filter(({ revision }) => revision <= head);
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const step = steps[middle];
    if (step !== undefined && (await log.idAt(step.revision, signal)) === step.id) low = middle + 1;
    else high = middle;
  }
  const common = steps[low - 1]?.revision ?? 0;
  const known = trail.revision;
  const only = trail.steps.length === 1;
  return new LogReplaced(describe(known, head, common, only), { known, head, common });
}

/** `only`: of what was read, nothing but the last event is known. */
function describe(known: number, head: number, common: number, only: boolean): string {
  if (only && head < known) return describe(known, head, head, false);
  if (only) return `the log lost event ${known}: it has another one there, or none`;
  const range = common + 1 === known ? `event ${known}` : `events ${common + 1}..${known}`;
  if (common === 0) return `this is another log: none of the events up to ${known} that were read is in it`;
  if (head <= common) return `the log lost ${range}: it ends at revision ${head}`;
  return `the log lost ${range}: from revision ${common + 1} to ${head} it has others, or none`;
}
