// The loop that brings the kernel to what the log says: events gather while it works, one pass takes them all.
import { setTimeout as delay } from "node:timers/promises";
import { subjectToken } from "@weft/log";
import { type Mesh, optionFor } from "@weft/model";
import { toWeftError, type WeftError } from "@weft/netaddr";
import type { Actual } from "./domain/actual.ts";
import { type Catalogue, type Desired, desired, type HostFacts } from "./domain/desired.ts";
import { type Picture, pictureOf } from "./domain/effect.ts";
import { type Operation, ownerOf } from "./domain/operation.ts";
import { plan } from "./domain/plan.ts";
import { policiesOf } from "./domain/policies.ts";
import type { KernelPolicy } from "./domain/policy.ts";
import { type Gate, openGate } from "./gate.ts";
import type { Applied, Kernel } from "./kernel.ts";
import { layoutsOf } from "./layout.ts";
import type { Objects } from "./objects.ts";
import type { Specialiser } from "./specialise.ts";
import type { Pass, Reason } from "./trace.ts";

/** What the loop works with. */
interface ReconcilerOptions {
  /** The fold, which the follower keeps changing. */
  readonly mesh: Mesh;
  readonly facts: HostFacts;
  readonly kernel: Kernel;
  readonly objects: Objects;
  readonly specialiser: Specialiser;
  /** Digests of the objects that everybody shares, as last known. */
  readonly shared: () => { readonly container: string; readonly uplink: string };
  /** Programs that were decided before this revision are loaded anew. */
  readonly floor?: number;
  /** How often everything is read from the kernel, to find what somebody else changed. */
  readonly driftMs: number;
  /** These operations are about to be done, so that the kernel is as wished. */
  readonly onPlan: (wish: Desired, actual: Actual, operations: readonly Operation[]) => void;
  readonly onPass: (events: readonly Reason[], pass: Pass, revision: number) => void;
  /** Somebody else had changed the kernel, and this has been done about it. */
  readonly onDrift: (operations: readonly Operation[]) => void;
  readonly onFault: (error: WeftError) => void;
}

/** How far the kernel is. */
interface Progress {
  /** Revision of the last pass, and of the last that had no failure. */
  readonly tried: number;
  readonly applied: number;
  /** What could not be done in the last pass, by owner; "" is the host itself. */
  readonly failures: ReadonlyMap<string, WeftError>;
}

/** A fresh look at the kernel, compared with what was brought into force. */
export interface Check {
  /** What would have to be done again, because somebody else changed it. */
  readonly lost: readonly Operation[];
  /** Containers whose network namespace is not there any more, with its path. */
  readonly gone: readonly { readonly id: string; readonly netns: string }[];
}

/** The loop. */
export interface Reconciler {
  progress(): Progress;
  /** What was wanted at the last pass, and what is in force according to it. */
  state(): { readonly wish: Desired; readonly picture: Picture } | undefined;
  /** Something may have changed; `events` are to be traced. */
  poke(...events: readonly Reason[]): void;
  /** Somebody else has changed the kernel: the next pass reads it whole, and does not call that drift. */
  look(): void;
  /** A specialised object can be loaded, which was built because of an event. */
  specialised(origin: Reason | undefined): void;
  /** Returns after a pass that took the revision into account, well or not. */
  settled(revision: number, signal?: AbortSignal): Promise<Progress>;
  /** Returns when the kernel enforces the revision. */
  inForce(revision: number, signal?: AbortSignal): Promise<void>;
  /** What would be done now, compared with a fresh look at the kernel. */
  plan(): Promise<{ readonly revision: number; readonly operations: readonly Operation[] }>;
  /** What of the last wish the kernel does not hold, by a fresh look. It is repaired soon after. */
  check(): Promise<Check>;
  /** Since when the kernel has been worked on; undefined at rest. */
  busySinceMs(): number | undefined;
  /** Runs until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Option `tier`: "generic" keeps every policy in maps. */
function onlyGeneric(mesh: Mesh, host: string): boolean {
  return optionFor(mesh, host, "tier")?.value === "generic";
}

/** A container that was just attached is waited for; a better program for another one can come later. */
function newlyAttached(events: readonly Reason[], host: string): boolean {
  const ours = (subject: string) => subject.split(".")[3] === subjectToken(host);
  return events.some(({ type, subject }) => type === "EndpointAttached" && ours(subject));
}

/** Specialised objects that come into force in one pass: each costs the verifier's time, and attaching waits for passes. */
const freshMost = 4;

const retryMs = { least: 500, most: 30_000 };

/** Makes the loop; nothing happens before `run`. */
export function makeReconciler(options: ReconcilerOptions): Reconciler {
  return new Loop(options);
}

class Loop implements Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #gate: Gate = openGate();
  #progress: Progress = { tried: 0, applied: 0, failures: new Map() };
  #wish: Desired | undefined;
  #picture: Picture | undefined;
  #events: Reason[] = [];
  /** The last event that can have changed a policy of this host. */
  #origin: Reason | undefined;
  #poked = true;
  #changed = true;
  #wake: () => void = () => undefined;
  #busy: Promise<unknown> = Promise.resolve();
  #checking: Promise<Check> | undefined;
  #busySinceMs: number | undefined;
  #readAtMs = Number.NEGATIVE_INFINITY;
  /** The kernel is known to be other than the picture. */
  #stale = false;
  /** What must be done about changes of somebody else, until it has been done. */
  #drift: readonly Operation[] = [];
  #retryMs = retryMs.least;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  progress(): Progress {
    return this.#progress;
  }

  state(): { readonly wish: Desired; readonly picture: Picture } | undefined {
    if (this.#wish === undefined || this.#picture === undefined) return undefined;
    return { wish: this.#wish, picture: this.#picture };
  }

  specialised(origin: Reason | undefined): void {
    if (origin !== undefined) this.#events.push({ ...origin, type: "specialised" });
    this.poke();
  }

  look(): void {
    this.#stale = true;
    this.poke();
  }

  poke(...events: readonly Reason[]): void {
    this.#events.push(...events);
    this.#poked = true;
    // Not an event, then something that can be loaded.
    if (events.length === 0) this.#changed = true;
    this.#wake();
  }

  async settled(revision: number, signal?: AbortSignal): Promise<Progress> {
    await this.#gate.until(() => this.#progress.tried >= revision, signal);
    return this.#progress;
  }

  inForce(revision: number, signal?: AbortSignal): Promise<void> {
    return this.#gate.until(() => this.#progress.applied >= revision, signal);
  }

  plan(): Promise<{ readonly revision: number; readonly operations: readonly Operation[] }> {
    // Whoever asks changes nothing: what was read here would else hide what the loop has to repair.
    return this.#alone(async () => {
      const wish = this.#desired();
      const picture = await this.#read(wish);
      return { revision: wish.revision, operations: plan(wish, picture.actual()) };
    });
  }

  check(): Promise<Check> {
    this.#checking ??= this.#alone(() => this.#check()).finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  busySinceMs(): number | undefined {
    return this.#busySinceMs;
  }

  async #check(): Promise<Check> {
    const wish = this.#wish;
    if (wish === undefined) return { lost: [], gone: [] };
    const actual = (await this.#read(wish)).actual();
    const failing = this.#progress.failures;
    const lost = plan(wish, actual).filter((step) => !failing.has(ownerOf(step) ?? ""));
    const gone = [...wish.endpoints.values()].flatMap(({ id, device: { netns } }) =>
      actual.gone.has(netns) ? [{ id, netns }] : [],
    );
    if (lost.length > 0) {
      this.#readAtMs = Number.NEGATIVE_INFINITY;
      this.poke();
    }
    return { lost, gone };
  }

  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener("abort", () => this.#wake(), { once: true });
    while (!signal.aborted) {
      this.#poked = false;
      try {
        await this.#alone(async () => {
          this.#busySinceMs = Date.now();
          await this.#pass(signal);
        });
      } catch (thrown) {
        if (signal.aborted) break;
        this.#failed(new Map([["", toWeftError(thrown)]]), this.#options.mesh.revision);
        this.#options.onFault(toWeftError(thrown));
      }
      this.#busySinceMs = undefined;
      await this.#rest(signal);
    }
  }

  /** One at a time: a plan is not made while another is carried out. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#busy.then(work);
    this.#busy = turn.catch(() => undefined);
    return turn;
  }

  /** Waits for a poke, for the time to look for drift, or for another try. */
  async #rest(signal: AbortSignal): Promise<void> {
    if (this.#poked || signal.aborted) return;
    const failing = this.#progress.failures.size > 0;
    const waitMs = failing ? this.#retryMs : this.#options.driftMs;
    if (failing) this.#retryMs = Math.min(this.#retryMs * 2, retryMs.most);
    else this.#retryMs = retryMs.least;
    const done = new AbortController();
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await Promise.race([woken, delay(waitMs, undefined, { signal: done.signal }).catch(() => undefined)]);
    done.abort();
  }

  /** Objects of this host's policies that can be loaded. */
  #ready(): ReadonlyMap<string, string> {
    return this.#options.specialiser.ready(this.#localPolicies());
  }

  #desired(specialised = this.#ready()): Desired {
    const { mesh, facts, objects, shared } = this.#options;
    const digests = shared();
    const catalogue: Catalogue = {
      ...digests,
      floor: this.#options.floor ?? 0,
      specialised,
      layouts: layoutsOf(objects.known(digests.container)),
    };
    return desired(mesh, facts, catalogue, policiesOf(mesh));
  }

  /** Specialised objects for this pass: those in force and some more. What is left out gets a pass of its own. */
  #objectsNow(picture: Picture): ReadonlyMap<string, string> {
    const ready = this.#ready();
    const inForce = new Set([...picture.actual().programs.values()].map(({ digest }) => digest));
    const [held, fresh] = [true, false].map((used) =>
      [...ready].filter(([, digest]) => inForce.has(digest) === used),
    );
    const now = fresh?.slice(0, newlyAttached(this.#events, this.#options.facts.host) ? 0 : freshMost) ?? [];
    if (now.length < (fresh?.length ?? 0)) this.poke();
    return new Map([...(held ?? []), ...now]);
  }

  async #read(wish: Desired): Promise<Picture> {
    const { kernel, objects } = this.#options;
    const endpoints = [...wish.endpoints.values()];
    const wanted = [wish.uplink.digest, wish.mapsFrom, ...endpoints.map(({ program }) => program.digest)];
    const digests = [...new Set([...wanted, ...(await objects.held())])];
    const slots = endpoints.map(({ program }) => program.slot ?? 0);
    const stale = [...(this.#picture?.actual().slots.keys() ?? [])];
    const scope = {
      devices: endpoints.map(({ device }) => device),
      digests,
      slots: this.#picture === undefined ? undefined : [...new Set([...slots, ...stale])],
    };
    return pictureOf(await kernel.read(scope), kernel.privateMaps);
  }

  /** A fresh picture to go on with. What it does not have of the last wish, though all was done, somebody changed. */
  async #look(): Promise<Picture> {
    const stale = this.#stale;
    this.#stale = false;
    const picture = await this.#read(this.#desired());
    const wish = this.#wish;
    const left = (id: string) => wish?.closed.has(id) || wish?.unresolved.has(id);
    const known = this.#picture !== undefined && !stale;
    const settled = known && [...this.#progress.failures.keys()].every(left);
    if (settled && wish !== undefined) this.#drift = plan(wish, picture.actual());
    this.#readAtMs = performance.now();
    this.#picture = picture;
    return picture;
  }

  async #pass(signal: AbortSignal): Promise<void> {
    const { kernel, specialiser, driftMs } = this.#options;
    const startMs = Date.now();
    await specialiser.recall(this.#localPolicies());
    const look =
      this.#picture === undefined ||
      this.#stale ||
      this.#progress.failures.size > 0 ||
      performance.now() - this.#readAtMs >= driftMs;
    const known = this.#wish?.revision ?? 0;
    if (!look && !this.#changed && this.#wish !== undefined && this.#options.mesh.kernelRevision <= known) {
      return this.#nothing(startMs, { ...this.#wish, revision: this.#options.mesh.revision });
    }
    this.#changed = false;
    const picture = look ? await this.#look() : this.#picture;
    if (picture === undefined) return;
    // From here to the plan nothing waits: wish, events and picture belong together.
    const wish = this.#desired(this.#objectsNow(picture));
    const events = this.#events.splice(0);
    const policies = this.#localPolicies();
    this.#origin = this.#originOf(events) ?? this.#origin;
    const operations = plan(wish, picture.actual());
    this.#options.onPlan(wish, picture.actual(), operations);
    const applied = await kernel.apply(operations, picture.done, signal);
    this.#wish = wish;
    this.#finish(wish, applied);
    this.#repaired(applied);
    this.#options.onPass(events, { startMs, endMs: Date.now(), writes: applied.writes }, wish.revision);
    specialiser.want(policies, this.#origin);
  }

  /** With many events in a pass it is not known which one brought a policy: the last that can have stands for them. */
  #originOf(events: readonly Reason[]): Reason | undefined {
    const { policyRevision, kernelRevision } = this.#options.mesh;
    const at = (wanted: number) => events.findLast(({ revision }) => revision === wanted);
    return at(policyRevision) ?? at(kernelRevision);
  }

  /** Policies of this host's containers that are worth an object of their own. */
  #localPolicies(): KernelPolicy[] {
    const { mesh, facts } = this.#options;
    if (onlyGeneric(mesh, facts.host)) return [];
    const policyOf = policiesOf(mesh);
    return [...(mesh.endpoints.get(facts.host)?.values() ?? [])].flatMap((endpoint) => {
      try {
        const policy = policyOf(endpoint);
        return policy.ingress || policy.egress ? [policy] : [];
      } catch {
        return []; // `desired` says what is wrong with it.
      }
    });
  }

  /** Events that do not concern the kernel: it is where it should be. */
  #nothing(startMs: number, wish: Desired): void {
    const events = this.#events.splice(0);
    this.#wish = wish;
    this.#failed(new Map(), wish.revision); // With failures there is a look, and not nothing.
    this.#options.onPass(events, { startMs, endMs: Date.now(), writes: [] }, wish.revision);
  }

  #finish(wish: Desired, { failures }: Applied): void {
    const all = new Map(failures.map(({ operation, error }) => [ownerOf(operation) ?? "", error]));
    for (const [id, { error }] of wish.unresolved) all.set(id, error);
    for (const [id, error] of wish.closed) if (!all.has(id)) all.set(id, error);
    for (const error of all.values()) this.#options.onFault(error);
    for (const { operation, error } of failures) {
      if (operation.kind !== "program_load" || operation.program.tier !== "specialised") continue;
      // The verifier does not take it. The same policy in maps is as good, and it must come into force.
      const policy = wish.endpoints.get(operation.owner)?.policy;
      if (policy !== undefined) this.#options.specialiser.reject(policy, error);
    }
    this.#failed(all, wish.revision);
  }

  /** Tells of repairs, except of those that are still to come. */
  #repaired({ failures }: Applied): void {
    if (this.#drift.length === 0) return;
    const failing = new Set(failures.map(({ operation }) => ownerOf(operation)));
    // After the failure of one without an owner nothing more was done.
    const done = this.#drift.filter((each) => !failing.has(undefined) && !failing.has(ownerOf(each)));
    this.#drift = this.#drift.filter((each) => !done.includes(each));
    if (done.length > 0) this.#options.onDrift(done);
  }

  #failed(failures: ReadonlyMap<string, WeftError>, tried: number): void {
    const applied = failures.size === 0 ? tried : this.#progress.applied;
    this.#progress = { tried, applied, failures };
    this.#gate.changed();
  }
}
