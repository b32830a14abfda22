// Tier 1 in the background: for each policy that is in force, the object in which it is compiled into branches.
import type { weft } from "@weft/proto";
import type { KernelPolicy } from "./domain/policy.ts";
import { isRefusal, type Objects } from "./objects.ts";

/** Specialised objects by the key of the policy. */
export interface Specialiser extends AsyncDisposable {
  /** Those that are on this host and can be loaded. */
  readonly ready: ReadonlyMap<string, string>;
  /** Looks for objects that were built before: asks nobody, waits for nobody. */
  recall(policies: Iterable<KernelPolicy>): Promise<void>;
  /** These and only these policies are in force now; what is missing gets built once it has been so for a while. */
  want(policies: Iterable<KernelPolicy>): void;
  /** The object of this policy cannot be loaded: it stays generic. */
  reject(key: string, error: unknown): void;
}

/** What the specialiser tells of. */
export interface SpecialiserOptions {
  readonly objects: Objects;
  /** Digest of the generic object: another datapath, other specialised objects. */
  readonly basis: () => string;
  /** A new object can be loaded. */
  readonly onReady: () => void;
  readonly onRefused: (key: string, error: unknown) => void;
  /** How long a policy must have been in force before it is worth a compilation. */
  readonly settleMs: number;
}

function requestOf(policy: KernelPolicy): weft.v1.IBuildRequest {
  return { entry: "container", policy: policy.tables };
}

/** Starts with nothing built. */
export function startSpecialiser(options: SpecialiserOptions): Specialiser {
  const { objects, basis, onReady, onRefused, settleMs } = options;
  const ready = new Map<string, string>();
  const looked = new Set<string>();
  const refused = new Set<string>();
  const wanted = new Map<string, { readonly policy: KernelPolicy; readonly sinceMs: number }>();
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let building: Promise<void> = Promise.resolve();
  let busy = false;
  let builtOn = basis();

  function startOver(): void {
    if (builtOn === basis()) return;
    builtOn = basis();
    for (const known of [ready, looked, refused, wanted]) known.clear();
  }

  function due(): KernelPolicy | undefined {
    const now = Date.now();
    for (const { policy, sinceMs } of wanted.values()) if (now - sinceMs >= settleMs) return policy;
    return undefined;
  }

  function arm(delayMs: number): void {
    clearTimeout(timer);
    if (!stop.signal.aborted && wanted.size > 0) timer = setTimeout(work, delayMs);
  }

  function work(): void {
    if (busy) return;
    const policy = due();
    if (policy === undefined) {
      arm(settleMs);
      return;
    }
    busy = true;
    building = build(policy).then((again) => {
      busy = false;
      arm(again);
    });
  }

  /** Builds one; answers after how many milliseconds to look for the next. */
  async function build(policy: KernelPolicy): Promise<number> {
    const on = builtOn;
    try {
      const digest = await objects.build(requestOf(policy), on, stop.signal);
      if (on !== basis()) return 0;
      ready.set(policy.key, digest);
      wanted.delete(policy.key);
      onReady();
      return 0;
    } catch (error) {
      if (stop.signal.aborted) return 0;
      if (!isRefusal(error)) return 5000; // The compiler is away; tier 0 gives the same verdicts.
      refused.add(policy.key);
      wanted.delete(policy.key);
      onRefused(policy.key, error);
      return 0;
    }
  }

  return {
    ready,
    async recall(policies) {
      startOver();
      for (const policy of policies) {
        if (looked.has(policy.key) || refused.has(policy.key)) continue;
        looked.add(policy.key);
        const digest = await objects.recall(requestOf(policy), builtOn);
        if (digest !== undefined) ready.set(policy.key, digest);
      }
    },
    want(policies) {
      const keys = new Map([...policies].map((policy) => [policy.key, policy]));
      for (const key of wanted.keys()) if (!keys.has(key)) wanted.delete(key);
      for (const key of ready.keys()) if (!keys.has(key)) ready.delete(key);
      for (const key of looked) if (!keys.has(key)) looked.delete(key);
      for (const key of refused) if (!keys.has(key)) refused.delete(key);
      for (const [key, policy] of keys) {
        if (!ready.has(key) && !refused.has(key) && !wanted.has(key)) {
          wanted.set(key, { policy, sinceMs: Date.now() });
        }
      }
      if (!busy) arm(settleMs);
    },
    reject(key, error) {
      ready.delete(key);
      refused.add(key);
      onRefused(key, error);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      clearTimeout(timer);
      await building;
    },
  };
}
