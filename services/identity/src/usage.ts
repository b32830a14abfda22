// Which numbers containers have, and since when others have none: as one process sees the log, by its own clock. Nobody's clock
// but its own counts, and it begins anew when the process does: a number may stay longer than it must, and never less.
import type { KeptFold } from "@weft/log";
import type { Mesh } from "@weft/model";
import type { Labels } from "@weft/netaddr";

/** How long a number that no container has stays its label set's; far longer than any call takes. */
export const defaultGraceMs = 600_000;

interface Idle {
  /** Of the event that allocated the number, or said again that it is allocated. */
  readonly revision: number;
  readonly sinceMs: number;
}

/** The numbers as they are used. */
export class Usage {
  readonly graceMs: number;
  readonly #view: KeptFold<Mesh>;
  readonly #now: () => number;
  #used: ReadonlySet<number> = new Set();
  #mesh: Mesh | undefined;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #idle = new Map<number, Idle>();
  readonly #recordedMs = new Map<number, number>();
  readonly #answeredMs = new Map<number, number>();

  constructor(view: KeptFold<Mesh>, graceMs: number, now: () => number = () => performance.now()) {
    this.#view = view;
    this.graceMs = graceMs;
    this.#now = now;
  }

  /** Reads what is new in the log; answers the numbers that containers have. */
  async look(signal?: AbortSignal): Promise<ReadonlySet<number>> {
    const { state: mesh } = await this.#view(signal);
    const nowMs = this.#now();
    const used = new Set<number>();
    for (const local of mesh.endpoints.values())
      for (const { identity } of local.values()) used.add(identity);
    const idle = new Map<number, Idle>();
    for (const { identity, revision } of mesh.identities.values()) {
      if (used.has(identity)) continue;
      const before = this.#idle.get(identity);
      idle.set(identity, before?.revision === revision ? before : { revision, sinceMs: nowMs });
    }
    for (const times of [this.#recordedMs, this.#answeredMs])
      for (const [identity, atMs] of times) if (nowMs - atMs > this.graceMs) times.delete(identity);
    this.#used = used;
    this.#mesh = mesh;
    this.#idle = idle;
    this.#lookedMs = nowMs;
    return used;
  }

  /** Numbers that no container has had for the grace time. */
  due(): number[] {
    const nowMs = this.#now();
    return [...this.#idle]
      .filter(([, { sinceMs }]) => nowMs - sinceMs >= this.graceMs)
      .map(([identity]) => identity);
  }

  /** The numbers that containers had at the last look, with their label sets. */
  inUse(): ReadonlyMap<number, Labels> {
    const held = new Map<number, Labels>();
    for (const identity of this.#used) {
      const labels = this.#mesh?.identities.get(identity)?.labels;
      if (labels !== undefined) held.set(identity, labels);
    }
    return held;
  }

  /** Whether this process has given the number as an answer so lately that a container may be about to have it. */
  isPromised(identity: number): boolean {
    return this.#now() - (this.#answeredMs.get(identity) ?? Number.NEGATIVE_INFINITY) < this.graceMs;
  }

  /**
   * Notes that the number is the answer to a call; true when it has to be put on record that it is still wanted, as another
   * replica may be about to take it back: unless a container has it, or it was put on record a short while ago.
   */
  promise(identity: number): boolean {
    const nowMs = this.#now();
    this.#answeredMs.set(identity, nowMs);
    const fresh = nowMs - this.#lookedMs < this.graceMs / 2;
    if (fresh && this.#used.has(identity)) return false;
    return nowMs - (this.#recordedMs.get(identity) ?? Number.NEGATIVE_INFINITY) > this.graceMs / 2;
  }

  /** An event of this process says that these numbers are allocated. */
  recorded(identities: readonly number[]): void {
    const nowMs = this.#now();
    for (const identity of identities) this.#recordedMs.set(identity, nowMs);
  }
}
