import { processVitals } from "@weft/lab";
import type { ProcessRecord } from "../mesh/processes.ts";
import { blameless, type Judgement, Pulse, type Sight } from "./pulse.ts";

/** A supervised process that is asked whether it still answers. */
export interface Watched {
  /** The process as it runs now; undefined while it does not. */
  readonly record: ProcessRecord | undefined;
  readonly name: string;
  /** Asks it over the door that everybody uses. */
  ask(timeoutMs: number): Promise<Sight["answer"]>;
  /** Why it cannot write now, e.g. its disk is full: ending it would help nobody. */
  excuse?(): Promise<string | undefined>;
  /** Ends it without asking; it is started again. */
  kill(): void;
}

/** How often it is asked, and how long it may take to answer. */
const usual = { everyMs: 1_000, answerMs: 2_000 } as const;
/** The same when its disk was full a moment ago, and all wait for it to be replaced. */
const hurried = { everyMs: 500, answerMs: 500 } as const;
/** How often it is seen whether one that is asked has been stopped by a signal. */
const peekMs = 250;

/** Watches one process: asks it every second, and ends it when it never answers again. */
export class Watch {
  readonly #target: Watched;
  readonly #say: (text: string) => void;
  readonly #now: () => number;
  readonly #pulse: Pulse;
  #pid: number | undefined;
  #trouble = "";
  /** What was last said of it, without since when: said once, however long it lasts. */
  #said = "";

  /** `adopted`: it has answered before, so that silence is strange from the first moment. */
  constructor(
    target: Watched,
    adopted: boolean,
    say: (text: string) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#target = target;
    this.#now = now;
    this.#say = say;
    this.#pid = target.record?.pid;
    this.#pulse = new Pulse(now(), adopted);
  }

  /** What is wrong with it now; "" when nothing is. */
  get trouble(): string {
    return this.#target.record === undefined ? "it does not run" : this.#trouble;
  }

  /** Looks again and again until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const begunMs = this.#now();
      const { everyMs, answerMs } = this.#pulse.wasShort ? hurried : usual;
      await this.#look(answerMs).catch((error: unknown) =>
        this.#say(`${this.#target.name}: ${String(error)}`),
      );
      await pause(begunMs + everyMs - this.#now(), signal);
    }
  }

  async #look(answerMs: number): Promise<void> {
    const before = this.#target.record;
    if (before === undefined) return;
    if (before.pid !== this.#pid) {
      this.#pid = before.pid;
      this.#pulse.restarted(this.#now(), false);
    }
    const [answer, excuse] = await Promise.all([this.#answer(before.pid, answerMs), this.#excuse(answerMs)]);
    const vitals = processVitals(before.pid);
    if (vitals?.started !== before.started) return; // It has ended meanwhile.
    const { state, cpuMs } = vitals;
    const sight = { atMs: this.#now(), answer, state, cpuMs, short: excuse !== undefined };
    this.#act(this.#pulse.see(sight), excuse);
  }

  /** What it answers. One that is stopped by a signal is not waited for. */
  async #answer(pid: number, answerMs: number): Promise<Sight["answer"]> {
    const done = new AbortController();
    const stopped = async (): Promise<"silent"> => {
      while (!done.signal.aborted && processVitals(pid)?.state !== "T") await pause(peekMs, done.signal);
      return "silent";
    };
    return Promise.race([this.#target.ask(answerMs), stopped()]).finally(() => done.abort());
  }

  /** A disk that does not answer either tells nothing. */
  async #excuse(answerMs: number): Promise<string | undefined> {
    const late = new AbortController();
    const excuse = this.#target.excuse?.();
    return Promise.race([excuse, pause(answerMs, late.signal)])
      .then((why) => why ?? undefined)
      .finally(() => late.abort());
  }

  #act(judgement: Judgement, found: string | undefined): void {
    const { name } = this.#target;
    if (judgement.kind === "well") {
      if (this.#trouble !== "") this.#say(`${name} answers again`);
      this.#trouble = "";
      this.#said = "";
      return;
    }
    const excuse = judgement.kind === "dead" ? found : undefined;
    const why = excuse === undefined ? judgement.why : `${excuse}: ${judgement.why}`;
    if (this.#said !== why) {
      const since = new Date(Date.now() - (this.#now() - judgement.sinceMs)).toISOString();
      this.#trouble = `${why}, since ${since}`;
      this.#say(`${name}: ${this.#trouble}`);
    }
    this.#said = why;
    if (judgement.kind === "silent" || excuse !== undefined) return;
    this.#say(`${name} is ended, to be started again`);
    this.#pulse.restarted(this.#now(), !blameless.has(judgement.why));
    this.#target.kill();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, ms));
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
