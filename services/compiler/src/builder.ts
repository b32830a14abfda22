import { type ExecuteOptions, type Log, openAggregate, subjects } from "@weft/log";
import { type Diagnostic, WeftError } from "@weft/netaddr";
import type { weft } from "@weft/proto";
import { withSpan } from "@weft/telemetry";
import { compile, type Toolchain } from "./clang.ts";
import { type BuildInputs, digestInputs, type Files } from "./domain/digest.ts";
import { emitPolicy, policyFile } from "./domain/emit.ts";
import { type ObjectState, objectDecider } from "./domain/object.ts";
import { readTables } from "./domain/tables.ts";
import { limiter } from "./limiter.ts";
import { openObjectStore } from "./object-store.ts";

/** What is on record of a shape after `build`: an object, or with diagnostics the reason why there is none. */
export interface Build {
  readonly digest: string;
  readonly revision: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Builds objects, each once for the whole mesh. */
export interface Builder {
  build(request: weft.v1.IBuildRequest, options: BuildOptions): Promise<Build>;
}

/** Who asks, why, and until when. */
export interface BuildOptions {
  readonly actor: string;
  readonly cause: string;
  readonly signal?: AbortSignal;
}

/** Compilers at once on one machine, one more for a caller who has none running, and builds that wait for one caller. */
const turns = { most: 2, spare: 1, longest: 1024 } as const;
/** How long it is remembered that the compiler did not come to an end with a policy, before it is tried again. */
const faultMs = 10 * 60_000;
/** Results that are remembered, so that asking again does not ask the log. */
const maxRemembered = 4096;

/** A builder from a copy of the sources. Replicas may run at once: the log decides whose object is on record. */
export function openBuilder(options: {
  readonly log: Log;
  readonly sources: Files;
  /** Asked for by each build: finding out what clang takes with it is slow, and nothing else needs it. */
  readonly toolchain: () => Promise<Toolchain>;
  readonly compile?: typeof compile;
}): Builder {
  const { log, sources } = options;
  const run = options.compile ?? compile;
  const store = openObjectStore(log);
  const inTurn = limiter(turns);
  const underWay = new Map<string, Promise<Build>>();
  const done = new Map<string, { readonly built: Build; readonly losses: number }>();
  const faults = new Map<string, { readonly error: WeftError; readonly untilMs: number }>();

  async function make(inputs: BuildInputs, digest: string, by: ExecuteOptions): Promise<Build> {
    const subject = subjects.object(digest);
    const aggregate = await openAggregate(log, { subject, decider: objectDecider });
    const before = aggregate.state();
    const known = onRecord(digest, before);
    if (known !== undefined && !(await store.isLost(before))) return known;
    const compiled = await inTurn(by.actor, () =>
      withSpan("compile", { "weft.digest": digest, "weft.entry": inputs.entry }, () => run(inputs)),
    );
    // Not on record: with more room, or another compiler, it may be an object yet.
    if (compiled.kind === "Fault") {
      if (faults.size >= maxRemembered) faults.clear();
      // That it took too long says nothing of the policy: the machine had too much to do.
      if (inputs.generated.size > 0 && compiled.error.code !== "DEADLINE_EXCEEDED")
        faults.set(digest, { error: compiled.error, untilMs: performance.now() + faultMs });
      throw compiled.error;
    }
    if (known !== undefined) {
      await store.putBack(compiled, before);
      return known;
    }
    const command = await store.put(compiled, inputs, digest);
    const { state } = await aggregate.execute(command, by);
    const built = onRecord(digest, state);
    if (built === undefined) throw new WeftError("INTERNAL", `object ${digest} did not get on record`);
    return built;
  }

  return {
    async build(request, { actor, cause, signal }) {
      // Before an attempt is begun, which nobody would wait for.
      signal?.throwIfAborted();
      const toolchain = await untilAborted(options.toolchain(), signal);
      const inputs = inputsOf(request, sources, toolchain);
      const digest = digestInputs(inputs);
      const losses = log.losses();
      const known = done.get(digest);
      // What was on record before the connection was lost may be lost.
      if (known?.losses === losses) return known.built;
      const fault = faults.get(digest);
      if (fault !== undefined && performance.now() < fault.untilMs) throw fault.error;
      // Whoever asks while it is being built shares the one attempt, which goes on when one of them leaves.
      let attempt = underWay.get(digest);
      if (attempt === undefined) {
        attempt = make(inputs, digest, { actor, cause }).finally(() => underWay.delete(digest));
        underWay.set(digest, attempt);
      }
      const built = await untilAborted(attempt, signal);
      if (done.size >= maxRemembered) done.clear();
      done.set(digest, { built, losses });
      return built;
    },
  };
}

/** Everything that goes into the object of a request. Throws INVALID_ARGUMENT for an entry that does not exist. */
export function inputsOf(request: weft.v1.IBuildRequest, sources: Files, toolchain: Toolchain): BuildInputs {
  const entry = request.entry ?? "";
  if (!sources.has(`entry/${entry}.bpf.c`)) {
    const entries = [...sources.keys()].flatMap((path) => /^entry\/(.+)\.bpf\.c$/.exec(path)?.[1] ?? []);
    const expected = `one of ${entries.join(", ")}`;
    throw new WeftError("INVALID_ARGUMENT", `there is no entry ${JSON.stringify(entry)}`, {
      field: "entry",
      expected,
    });
  }
  const generated = new Map<string, string>();
  if (request.policy !== null && request.policy !== undefined) {
    if (entry !== "container") {
      const message = `${entry} has no policy`;
      throw new WeftError("INVALID_ARGUMENT", message, { field: "policy", expected: "none" });
    }
    generated.set(policyFile, emitPolicy(readTables(request.policy)));
  }
  return { entry, sources, generated, ...toolchain };
}

function onRecord(digest: string, state: ObjectState): Build | undefined {
  if (state.kind === "Unknown") return undefined;
  const diagnostics = state.kind === "Refused" ? state.diagnostics : [];
  return { digest, revision: state.revision, diagnostics };
}

async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return await work;
  let leave = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
