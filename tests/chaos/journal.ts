// What was acknowledged, to be compared with the log at the end.
import type { Log, Recorded } from "@weft/log";

/** An event that somebody was told is on record. */
interface Acknowledged {
  readonly revision: number;
  /** Subject that the event is about. */
  readonly subject: string;
  /** Set: an event of this type is there or before. A repeated call finds done what its first half did, and says when it looked. */
  readonly done?: string;
}

/** Events that were acknowledged in a run. */
export class Journal {
  readonly #all: Acknowledged[] = [];
  #cut = 0;

  /** Somebody was told so. */
  note(revision: number, subject: string, done?: string): void {
    this.#all.push({ revision, subject, ...(done !== undefined && { done }) });
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

  /** Those that the log does not have where they were said to be, each with what is there instead. */
  async missing(log: Log): Promise<string[]> {
    const recorded = new Map<number, Recorded>();
    for await (const event of log.read({ onUnknown: () => undefined })) recorded.set(event.revision, event);
    const isThere = ({ revision, subject, done }: Acknowledged) => {
      if (recorded.get(revision)?.subject === subject) return true;
      const before = [...recorded.values()].filter(
        (one) => one.subject === subject && one.revision < revision,
      );
      return done !== undefined && before.at(-1)?.type === done;
    };
    return this.#all
      .filter((one) => !isThere(one))
      .map(({ revision, subject }) => {
        const found = recorded.get(revision);
        const there = found === undefined ? "nothing" : `${found.type} of ${found.subject}`;
        return `${revision} of ${subject}, there is ${there}`;
      });
  }
}
