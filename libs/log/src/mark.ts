// What tells a log from another one, and from the same after it has lost events: ids of events at revisions.
import { createHash } from "node:crypto";
import type { MsgHdrs } from "@nats-io/transport-node";

/** Where in which log a reader is. */
export type Mark = {
  readonly revision: number;
  /** Id of the event at the revision; "" when there is none. */
  readonly id: string;
  /** How many revisions up to the head have no event: part of the file was damaged. */
  readonly missing: number;
};

/** Id of an event: `ce-id`, else the digest of what it says, for a writer that gives no ids. */
export function idOf(head: MsgHdrs | undefined, data: Uint8Array): string {
  const given = head?.last("ce-id");
  return given ? given : `sha256:${createHash("sha256").update(data).digest("hex")}`;
}

type Step = { readonly revision: number; readonly id: string };

/** Steps that are kept; beyond it every second one of the older half is dropped. */
const mostSteps = 256;

/** Ids of the events that a reader has seen: all of the latest, fewer the older they are. */
export class Trail {
  #steps: Step[] = [];
  /** As in `Mark`; undefined before the log was first asked. */
  missing: number | undefined;
  /** State of the stream at the last check that found this trail in it. */
  checked = "";

  /** A trail that begins at a mark: that of a snapshot. */
  static from({ revision, id, missing }: Mark): Trail {
    const trail = new Trail();
    trail.pass(revision, id);
    trail.missing = missing;
    return trail;
  }

  /** Revision of the last event seen; 0 when there is none. */
  get revision(): number {
    return this.#steps.at(-1)?.revision ?? 0;
  }

  /** Where the reader is now. */
  get mark(): Mark {
    return { revision: this.revision, id: this.#steps.at(-1)?.id ?? "", missing: this.missing ?? 0 };
  }

  /** Oldest first. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** The event at a revision was seen. What is not newer than the last is ignored. */
  pass(revision: number, id: string): void {
    if (revision <= this.revision) return;
    this.#steps.push({ revision, id });
    this.checked = "";
    if (this.#steps.length <= mostSteps) return;
    this.#steps = this.#steps.filter((_, index) => index >= mostSteps / 2 || index % 2 === 0);
  }

  /** Id of the event at a revision, if it is still known. */
  idAt(revision: number): string | undefined {
    return this.#steps.findLast((step) => step.revision === revision)?.id;
  }
}
