// Whether a process that does not answer is stopped, hangs, or only has much to do. Pure: times come from outside.

/** What was seen of a process at one moment. */
export interface Sight {
  /** By a clock that is never set. */
  readonly atMs: number;
  /** "refuses": it answers, and says that it cannot do what it is for. */
  readonly answer: "answers" | "refuses" | "silent";
  /** State by proc_pid_stat(5): "R", "S", "D", "T" ... */
  readonly state: string;
  /** Processor time that it has used so far. */
  readonly cpuMs: number;
  /** It had no room to write. */
  readonly short?: boolean;
}

/** What is to be thought of it. "dead": it has to be ended, or it never answers again. */
export type Judgement =
  | { readonly kind: "well" }
  | { readonly kind: "silent" | "dead"; readonly sinceMs: number; readonly why: string };

/** After how long what is done. */
export const limits = {
  /** Stopped by a signal: nobody wakes it. A debugger's stop is none (state "t"). */
  stoppedMs: 2_000,
  /** Silent and told in status, but not ended. */
  tellMs: 3_000,
  /** Silent and doing nothing, and its disk was full a moment ago: nats-server 2.9 hangs for good in a write that failed. */
  shortMs: 2_000,
  /** Silent, and neither computing nor waiting for a processor or a disk: it hangs. Twice as long after each time. */
  stillMs: 8_000,
  /** Silent and busy, or not yet started: it may be in an endless loop. Twice as long after each time. */
  busyMs: 300_000,
  /** Well for so long, an earlier hanging is forgotten. */
  forgiveMs: 600_000,
} as const;

const whyStopped = "it is stopped by a signal";
const whyShort = "it does not answer since its disk was full";
/** Why a process is dead through no fault of its own: it gets no longer to answer the next time. */
export const blameless: ReadonlySet<string> = new Set([whyStopped, whyShort]);

/** A share of one processor from which on a process counts as busy: a busy one on a crowded machine gets no more. */
const busyShare = 0.05;
/** Between two looks lies a second. Much more means that we were stopped ourselves, and have seen nothing. */
const gapMs = 5_000;

/** The history of one supervised process, as far as it counts. */
export class Pulse {
  #lastMs: number;
  #cpuMs = 0;
  #answeredMs: number;
  #movedMs: number;
  #stoppedMs: number | undefined;
  #wasShort = false;
  #heard: boolean;
  #ends = 0;
  #wellSinceMs: number | undefined;

  /** `heard`: it has answered before, so that silence is strange. */
  constructor(atMs: number, heard: boolean) {
    this.#lastMs = atMs;
    this.#answeredMs = atMs;
    this.#movedMs = atMs;
    this.#heard = heard;
  }

  /** It was started anew, by us or because it ended. */
  restarted(atMs: number, ended: boolean): void {
    if (ended) this.#ends += 1;
    this.#cpuMs = 0;
    this.#lastMs = atMs;
    this.#answeredMs = atMs;
    this.#movedMs = atMs;
    this.#stoppedMs = undefined;
    this.#wasShort = false;
    this.#heard = false;
  }

  /** Whether its disk has been full since it last answered with room to write. */
  get wasShort(): boolean {
    return this.#wasShort;
  }

  /** Adds what was seen; says what to think now. */
  see(sight: Sight): Judgement {
    this.#skipGap(sight.atMs);
    if (sight.state === "T") return this.#stopped(sight.atMs);
    this.#stoppedMs = undefined;
    if (this.#moves(sight)) this.#movedMs = sight.atMs;
    this.#cpuMs = sight.cpuMs;
    this.#lastMs = sight.atMs;
    if (sight.short || sight.answer === "answers") this.#wasShort = sight.short === true;
    if (sight.answer !== "answers") return this.#silent(sight);
    this.#answeredMs = sight.atMs;
    this.#movedMs = sight.atMs;
    this.#heard = true;
    this.#wellSinceMs ??= sight.atMs;
    if (sight.atMs - this.#wellSinceMs >= limits.forgiveMs) this.#ends = 0;
    return { kind: "well" };
  }

  #stopped(atMs: number): Judgement {
    this.#lastMs = atMs;
    this.#stoppedMs ??= atMs;
    const kind = atMs - this.#stoppedMs >= limits.stoppedMs ? "dead" : "silent";
    return { kind, sinceMs: this.#stoppedMs, why: whyStopped };
  }

  #silent({ atMs, answer, short }: Sight): Judgement {
    this.#wellSinceMs = undefined;
    const [sinceMs, patience] = [this.#answeredMs, 2 ** Math.min(this.#ends, 5)];
    const hangs = this.#heard && this.#wasShort && !short && atMs - this.#movedMs >= limits.shortMs;
    if (hangs) return { kind: "dead", sinceMs, why: whyShort };
    if (this.#heard && atMs - this.#movedMs >= limits.stillMs * patience) {
      const why = answer === "refuses" ? "it does not do its work" : "it does not answer, and does nothing";
      return { kind: "dead", sinceMs, why };
    }
    if (atMs - sinceMs >= limits.busyMs * patience) {
      return { kind: "dead", sinceMs, why: "it has not answered for minutes" };
    }
    const tells = this.#heard && atMs - sinceMs >= limits.tellMs;
    return tells ? { kind: "silent", sinceMs, why: "it does not answer" } : { kind: "well" };
  }

  #moves({ atMs, answer, state, cpuMs }: Sight): boolean {
    if (answer === "refuses") return false;
    const share = (cpuMs - this.#cpuMs) / Math.max(1, atMs - this.#lastMs);
    return "RDt".includes(state) || share >= busyShare;
  }

  #skipGap(atMs: number): void {
    const gap = atMs - this.#lastMs;
    if (gap < gapMs) return;
    this.#answeredMs += gap;
    this.#movedMs += gap;
    if (this.#stoppedMs !== undefined) this.#stoppedMs += gap;
    if (this.#wellSinceMs !== undefined) this.#wellSinceMs += gap;
    this.#lastMs = atMs;
  }
}
