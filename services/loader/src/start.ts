// A loader from its parts: mesh, kernel, loop, service.
import { fold, type Log, type LogReplaced } from "@weft/log";
import { meshProjection } from "@weft/model";
import { formatAddress } from "@weft/netaddr";
import { type Client, type RpcServer, serve } from "@weft/rpc";
import type { logger } from "@weft/telemetry";
import { awaitFacts } from "./await-facts.ts";
import { watchConnection } from "./connection.ts";
import { openContainers } from "./containers.ts";
import { type FactsChange, type HostOptions, LiveFacts, type SeenFacts } from "./facts.ts";
import { type FollowerOptions, followLog } from "./follow.ts";
import { loaderHandlers } from "./grpc.ts";
import { type Membership, openMembership } from "./join.ts";
import type { AttachMode, RcuMode } from "./kernel/hooks.ts";
import { lasting } from "./lasting.ts";
import { type Machine, openMachine } from "./machine.ts";
import type { Memory } from "./memory.ts";
import type { Reconciler } from "./reconcile.ts";
import { makeSweep } from "./sweep.ts";

/** Everything a loader is started with. */
export interface LoaderOptions extends HostOptions {
  readonly bpffs: string;
  /** What this mesh marks as its own: the text of a HostMark. */
  readonly mark: string;
  readonly attach: AttachMode;
  /** Whether the machine's grace periods may be expedited, which makes attaching several times faster. */
  readonly rcu?: RcuMode;
  /** Directory for objects. */
  readonly cache: string;
  /** Path of the Unix socket to serve on. */
  readonly socket: string;
  readonly log: Log;
  readonly identity: Client<"Identity">;
  readonly ipam: Client<"Ipam">;
  readonly compiler: Client<"Compiler">;
  readonly say: ReturnType<typeof logger>;
  readonly memory: Memory;
  /** How long a policy must have been in force before it is compiled into branches. */
  readonly settleMs?: number;
  /** How often the kernel is read whole, to find what somebody else changed. */
  readonly driftMs?: number;
}

/** A loader at work. */
export interface Loader extends AsyncDisposable {
  readonly reconciler: Reconciler;
  readonly socket: string;
  /** Resolves when the log is not the one that was followed: from then on this loader does nothing. */
  readonly replaced: Promise<void>;
  /** What its health says. */
  setServing(serving: boolean): void;
}

const sweepMs = 30_000;
/** How often the uplink is looked at: connections stall for as long when its MTU shrinks or its address changes. */
const factsMs = 300;

/** Starts a loader, once the host has an address; returns when it is part of the mesh, enforces what is on record, and answers. */
export async function startLoader(options: LoaderOptions, signal: AbortSignal): Promise<Loader> {
  await using stack = new AsyncDisposableStack();
  const { host, log, ipam, say, memory } = options;
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  const replaced = Promise.withResolvers<void>();
  const facts = new LiveFacts(options, await awaitFacts(options, signal));
  const { state: mesh, trail } = await fold(log, meshProjection, { signal });
  const stale = await memory.isStale(log, signal);
  const machine = await openMachine(options, { mesh, trail, stale }, facts, ended, stack);
  const onReplaced = (error: LogReplaced): void => {
    memory.replaced(error);
    say.error({ err: error }, "everything is made anew from what is on record");
    // Whatever waits, ends: it may have been decided on events that never were.
    stop.abort(error);
    replaced.resolve();
  };
  stack.defer(await follow(options, { mesh, trail, onReplaced }, machine, ended));
  const running = lasting("work on the kernel", machine.reconciler.run(ended), ended);
  stack.defer(() => running);
  const member = openMembership({ ...options, facts, actor: `loader/${host}`, signal: ended });
  const onFacts = (change: FactsChange) => changed(options, facts, machine, member, change);
  const looking = lasting("the look at the uplink", facts.follow(onFacts, factsMs, ended), ended);
  stack.defer(() => looking);
  // Before any of them is waited for, also when this host cannot start.
  stack.defer(() => stop.abort());

  const joining = member.state();
  // A host that is on record already need not wait for ipam: it joins again, should anything have changed.
  if (!mesh.hosts.has(host)) await joining;
  const containers = openContainers({
    ...options,
    mesh,
    reconciler: {
      async settled(revision, given) {
        await machine.doubt.cleared(given);
        return machine.reconciler.settled(revision, given);
      },
    },
    onLeft: (error, what) => say.warn({ err: error, what }, "left for the sweep"),
  });
  const sweep = makeSweep({
    host,
    mesh,
    attaching: containers.attaching.bind(containers),
    ipam,
    actor: `loader/${host}`,
  });
  startSweeping(sweep, options, ended);
  await machine.reconciler.settled(mesh.revision, ended);
  if (stale) await free(machine, memory, ended);
  const server: RpcServer = stack.use(
    await serve({
      service: "Loader",
      socket: options.socket,
      handlers: loaderHandlers(containers, { ...machine.status, ended }),
      onFault: (error, method) => say.error({ err: error, method }, "fault"),
    }),
  );
  const owned = stack.move();
  return {
    reconciler: machine.reconciler,
    socket: server.socket,
    replaced: replaced.promise,
    setServing: server.setServing,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/**
 * Frees the kernel of a log that is no more: its flows were decided at revisions that are other events' by now. Programs were
 * loaded anew before; where one could not be, this is done again when all are.
 */
async function free(
  { kernel, reconciler, trail }: Machine,
  memory: Memory,
  ended: AbortSignal,
): Promise<void> {
  await kernel.forgetFlows();
  const done = () => memory.freed(trail.mark);
  const { tried, failures } = reconciler.progress();
  if (failures.size === 0) return done();
  void reconciler
    .inForce(tried, ended)
    .then(() => kernel.forgetFlows())
    .then(done, () => undefined);
}

/** Starts following; returns when the mesh is up to date, with what waits for the end of it. */
async function follow(
  { log, say }: LoaderOptions,
  followed: Pick<FollowerOptions, "mesh" | "trail" | "onReplaced">,
  { reconciler, doubt, heartbeat }: Machine,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const watching = watchConnection(log.nats, (lost) => {
    if (signal.aborted) return;
    doubt.connection(lost);
    say.warn({ lost }, "connection to NATS");
    heartbeat.beat();
  });
  watching.catch((cause: unknown) => {
    if (!signal.aborted) throw new Error("the watch over the connection to NATS has ended", { cause });
  });
  const caughtUp = Promise.withResolvers<void>();
  const loop = followLog({
    ...followed,
    log,
    signal,
    onChecked: doubt.checked,
    onEvent: (event) => reconciler.poke(event),
    onPassed: (passed) => {
      say.warn({ passed }, "what is on record has no effect");
      // It counts as read and as enforced: nothing of it is to be done.
      reconciler.poke();
      heartbeat.beat();
    },
    onCaughtUp: caughtUp.resolve,
    onFault: (error) => {
      doubt.fault(error);
      if (error !== undefined) say.warn({ err: error }, "log");
    },
  });
  const following = lasting("following the log", loop, signal);
  // Half a history would take away what the other half brings back.
  await Promise.race([caughtUp.promise, aborted(signal)]);
  return () => following;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** The uplink is not what it was: this host's kernel follows, and all others must know of other addresses. */
function changed(
  { say }: LoaderOptions,
  { uplinkMtu, underlay4, underlay6, problems }: SeenFacts,
  { reconciler, heartbeat }: Machine,
  member: Membership,
  { moved, replaced }: FactsChange,
): void {
  const shown = [underlay4, underlay6].map((address) => address && formatAddress(address));
  say.info({ uplinkMtu, addresses: shown, problems }, "the uplink changed");
  heartbeat.beat();
  if (replaced) reconciler.look();
  reconciler.poke();
  if (moved) void member.state();
}

function startSweeping(
  sweep: () => Promise<readonly string[]>,
  { say }: LoaderOptions,
  signal: AbortSignal,
): void {
  const timer = setInterval(() => {
    sweep().then(
      (owners) => {
        if (owners.length > 0) say.info({ owners }, "gave back leases nobody used");
      },
      (error: unknown) => say.warn({ err: error }, "sweep"),
    );
  }, sweepMs);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}
