// What was acknowledged, to be compared with the log at the end.
import type { Log, Recorded } from "@weft/log";

/** An event that somebody was told is on record. */
interface Acknowledged {
  readonly revision: number;
  /** Subject that the event is about. */
  readonly subject: string;
}

/** Events that were acknowledged in a run. */
export class Journal {
  readonly #all: Acknowledged[] = [];
  #cut = 0;

  /** Somebody was told so. */
  note(revision: number, subject: string): void {
    this.#all.push({ revision, subject });
  }

  get size(): number {
    return this.#all.length;
  }

  /** A fault took everything after this revision off the disk: it is told apart from what is lost otherwise. */
  cutAfter(revision: number): void {
    for (let index = this.#all.length - 1; index >= 0; index -= 1) {
      if ((this.#all[index]?.revision ?? 0) <= revision) continue;
      this.#all.splice(index, 1);
      this.#cut += 1;
    }
  }

  /** How many acknowledged events were cut off on purpose. */
  get cut(): number {
    return this.#cut;
  }

  /** Those that the log does not have where they were said to be. */
  async missing(log: Log): Promise<Acknowledged[]> {
    const recorded = new Map<number, Recorded>();
    for await (const event of log.read({ onUnknown: () => undefined })) recorded.set(event.revision, event);
    return this.#all.filter(({ revision, subject }) => recorded.get(revision)?.subject !== subject);
  }
}
