// The part of a loader that works on the kernel: objects, door, loop, and what they say of themselves.
import { subjectToken, type Trail } from "@weft/log";
import type { Mesh } from "@weft/model";
import { describe } from "./domain/describe.ts";
import { sysctlsOf } from "./domain/desired.ts";
import { type Doubt, openDoubt } from "./doubt.ts";
import { mostOperations, openDriftRecord } from "./drift.ts";
import type { SeenFacts } from "./facts.ts";
import { openDirectory } from "./flows/directory.ts";
import { startRecorder } from "./flows/recorder.ts";
import { openRuleBook, rememberPlan } from "./flows/rule-book.ts";
import { openKernel } from "./kernel/open.ts";
import type { Kernel } from "./kernel.ts";
import { openLedger } from "./ledger.ts";
import { objectFetcher } from "./object-store.ts";
import { type Objects, openObjects } from "./objects.ts";
import { makeReconciler, type Reconciler } from "./reconcile.ts";
import { resolveShared } from "./shared-objects.ts";
import { startSpecialiser } from "./specialise.ts";
import type { LoaderOptions } from "./start.ts";
import { type Heartbeat, type StatusOptions, startHeartbeat } from "./status.ts";
import { traceApplied } from "./trace.ts";

/** The loop and what surrounds it. */
export interface Machine {
  readonly reconciler: Reconciler;
  readonly status: StatusOptions;
  readonly heartbeat: Heartbeat;
  readonly kernel: Kernel;
  /** Written by who follows the log. */
  readonly doubt: Doubt;
  /** What tells the log that is followed. */
  readonly trail: Trail;
}

/** What the log came to. */
export interface Followed {
  readonly mesh: Mesh;
  readonly trail: Trail;
  /** Whether the kernel may have something of a log that is no more. */
  readonly stale: boolean;
}

/** Opens everything that the loop needs, to be closed with the stack. */
export async function openMachine(
  options: LoaderOptions,
  { mesh, trail, stale }: Followed,
  facts: SeenFacts,
  signal: AbortSignal,
  stack: AsyncDisposableStack,
): Promise<Machine> {
  const { host, log, say, attach } = options;
  const objects = await objectsOf(options, signal);
  const shared = await resolveShared(objects, options.memory, signal, (error) =>
    say.warn({ err: error }, "compiler"),
  );
  const kernel = stack.use(
    await openKernel({
      ...options,
      mode: attach,
      spec: objects.spec,
      knownSpec: objects.known,
      sysctls: Object.keys(sysctlsOf(options.uplink)),
    }),
  );
  const specialiser = stack.use(
    startSpecialiser({
      objects,
      basis: () => shared.current().container,
      settleMs: options.settleMs ?? 1000,
      onReady: (origin) => reconciler.specialised(origin),
      onRefused: (key, error) => say.warn({ policy: key, err: error }, "stays generic: refused"),
    }),
  );
  const drift = stack.use(driftRecord(options));
  const rules = openRuleBook();
  const reconciler = makeReconciler({
    mesh,
    facts,
    kernel,
    objects,
    specialiser,
    shared: shared.current,
    driftMs: options.driftMs ?? 30_000,
    // Whatever was decided at a revision of a log that is no more is decided anew.
    floor: stale ? mesh.revision : 0,
    onPlan(wish, actual, operations) {
      if (operations.length > 0) options.memory.note(trail.mark);
      rememberPlan(rules, wish, actual, operations);
    },
    onPass(events, pass) {
      traceApplied(host, events, pass);
      heartbeat.beat();
    },
    onDrift(operations) {
      const texts = operations.slice(0, mostOperations).map(describe);
      say.warn({ operations: texts, count: operations.length }, "the kernel had drifted: repaired");
      drift.repaired(operations);
    },
    onFault: (error) => say.error({ err: error }, "kernel"),
  });
  shared.onChange(() => reconciler.poke());
  const doubt = openDoubt();
  const recorder = stack.use(
    startRecorder({
      names: { host, mesh, rules, directory: openDirectory(mesh, host) },
      // Not before it is known which rules the programs that were found here have.
      open: async () => (reconciler.state() === undefined ? undefined : kernel.records()),
      publish: log.flows.publish,
      onFault: (error) => say.warn({ err: error }, "flows"),
    }),
  );
  const ledger = openLedger();
  const { netns, memory } = options;
  const status: StatusOptions = {
    ...{ mesh, facts, attach, kernel, reconciler, recorder, ledger, netns },
    ...{ doubt, fault: doubt.text, trail, idAt: log.idAt, lost: memory.lost },
  };
  const heartbeat = stack.use(startHeartbeat(log, `weft.status.${subjectToken(host)}`, status));
  return { reconciler, status, heartbeat, kernel, doubt, trail };
}

function driftRecord({ log, host, say }: LoaderOptions) {
  return openDriftRecord({
    log,
    host,
    actor: `loader/${host}`,
    onFault: (error) => say.warn({ err: error }, "a repair is not on record yet"),
  });
}

function objectsOf({ log, compiler, cache, say }: LoaderOptions, ended: AbortSignal): Promise<Objects> {
  return openObjects({
    cache,
    fetch: objectFetcher(log),
    compile: (request, given) => compiler.build(request, { deadlineMs: 60_000, signal: ended, ...given }),
    onFault: (error) => say.warn({ err: error, cache }, "the cache of objects is not used"),
  });
}
