// Tier 1 in the background: for each policy that is in force, the object in which it is compiled into branches.
import { contextFromTraceparent, withSpan } from "@weft/telemetry";
import type { KernelPolicy } from "./domain/policy.ts";
import { isRefusal, type Objects } from "./objects.ts";
import { type Shape, shapeOf } from "./shape.ts";
import type { Reason } from "./trace.ts";

/** Specialised objects of policies. */
export interface Specialiser extends AsyncDisposable {
  /** Digests, by the key of the policy, of those that are on this host and can be loaded. */
  ready(policies: Iterable<KernelPolicy>): ReadonlyMap<string, string>;
  /** Looks for objects that were built before: asks nobody, waits for nobody. */
  recall(policies: Iterable<KernelPolicy>): Promise<void>;
  /**
   * These and only these policies are in force now; what is missing gets built once it has been so for a while, in the
   * trace of the event that brought it: `origin`, undefined when it is not known.
   */
  want(policies: Iterable<KernelPolicy>, origin: Reason | undefined): void;
  /** The object of this policy cannot be loaded: it stays generic. */
  reject(policy: KernelPolicy, error: unknown): void;
}

/** What the specialiser tells of. */
interface SpecialiserOptions {
  readonly objects: Objects;
  /** Digest of the generic object: another datapath, other specialised objects. */
  readonly basis: () => string;
  /** A new object can be loaded, which was built because of an event. */
  readonly onReady: (origin: Reason | undefined) => void;
  /** `key` is that of the policy's shape. */
  readonly onRefused: (key: string, error: unknown) => void;
  /** How long a policy must have been in force before it is worth a compilation. */
  readonly settleMs: number;
}

/** Starts with nothing built. */
export function startSpecialiser(options: SpecialiserOptions): Specialiser {
  return new Background(options);
}

/** How soon the compiler is asked again after it was away; tier 0 gives the same verdicts. */
const awayMs = 5000;

/** What is missing, since when, and because of what. */
interface Wanted {
  readonly shape: Shape;
  readonly sinceMs: number;
  readonly origin: Reason | undefined;
}

/** Everything is kept by shape: a policy that is applied again as it was finds its object at once. */
class Background implements Specialiser {
  readonly #options: SpecialiserOptions;
  readonly #ready = new Map<string, string>();
  readonly #looked = new Set<string>();
  readonly #refused = new Set<string>();
  readonly #wanted = new Map<string, Wanted>();
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #building: Promise<void> = Promise.resolve();
  #busy = false;
  #builtOn: string;

  constructor(options: SpecialiserOptions) {
    this.#options = options;
    this.#builtOn = options.basis();
  }

  ready(policies: Iterable<KernelPolicy>): ReadonlyMap<string, string> {
    const digests = new Map<string, string>();
    for (const policy of policies) {
      const digest = this.#ready.get(shapeOf(policy).key);
      if (digest !== undefined) digests.set(policy.key, digest);
    }
    return digests;
  }

  async recall(policies: Iterable<KernelPolicy>): Promise<void> {
    this.#startOver();
    for (const { key, request } of [...policies].map(shapeOf)) {
      if (this.#looked.has(key) || this.#refused.has(key)) continue;
      this.#looked.add(key);
      const digest = await this.#options.objects.recall(request, this.#builtOn);
      if (digest !== undefined) this.#ready.set(key, digest);
    }
  }

  want(policies: Iterable<KernelPolicy>, origin: Reason | undefined): void {
    const shapes = new Map([...policies].map(shapeOf).map((shape) => [shape.key, shape]));
    for (const known of [this.#wanted, this.#ready, this.#looked, this.#refused]) {
      for (const key of known.keys()) if (!shapes.has(key)) known.delete(key);
    }
    for (const [key, shape] of shapes) {
      if (this.#ready.has(key) || this.#refused.has(key) || this.#wanted.has(key)) continue;
      this.#wanted.set(key, { shape, sinceMs: performance.now(), origin });
    }
    if (!this.#busy) this.#arm(this.#options.settleMs);
  }

  reject(policy: KernelPolicy, error: unknown): void {
    const { key } = shapeOf(policy);
    this.#ready.delete(key);
    this.#refused.add(key);
    this.#options.onRefused(key, error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#building;
  }

  #startOver(): void {
    const { basis } = this.#options;
    if (this.#builtOn === basis()) return;
    this.#builtOn = basis();
    for (const known of [this.#ready, this.#looked, this.#refused, this.#wanted]) known.clear();
  }

  #due(): Wanted | undefined {
    // A timer may come up to a millisecond early by this clock.
    const ripeMs = performance.now() - this.#options.settleMs + 1;
    return [...this.#wanted.values()].find(({ sinceMs }) => sinceMs <= ripeMs);
  }

  #arm(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#stop.signal.aborted || this.#wanted.size === 0) return;
    this.#timer = setTimeout(() => this.#work(), delayMs);
  }

  #work(): void {
    if (this.#busy) return;
    const wanted = this.#due();
    if (wanted === undefined) {
      this.#arm(this.#options.settleMs);
      return;
    }
    this.#busy = true;
    this.#building = this.#build(wanted).then((againMs) => {
      this.#busy = false;
      this.#arm(againMs);
    });
  }

  /** Builds one; answers after how many milliseconds to look for the next. */
  async #build(wanted: Wanted): Promise<number> {
    const { objects, basis, onReady, onRefused } = this.#options;
    const on = this.#builtOn;
    const { origin } = wanted;
    const { key, request } = wanted.shape;
    const options = { signal: this.#stop.signal, ...(origin === undefined ? {} : { cause: origin.id }) };
    const attributes = origin === undefined ? {} : { "weft.revision": origin.revision };
    const parent = contextFromTraceparent(origin?.traceparent);
    try {
      const build = () => objects.build(request, on, options);
      const digest = await withSpan("specialise", attributes, build, { parent });
      if (on !== basis()) return 0;
      this.#ready.set(key, digest);
      this.#wanted.delete(key);
      onReady(origin);
      return 0;
    } catch (error) {
      if (this.#stop.signal.aborted) return 0;
      if (!isRefusal(error)) {
        // To the end of the line: one whose build fails again and again must not keep the others from theirs.
        if (this.#wanted.delete(key)) this.#wanted.set(key, wanted);
        return awayMs;
      }
      this.#refused.add(key);
      this.#wanted.delete(key);
      onRefused(key, error);
      return 0;
    }
  }
}
