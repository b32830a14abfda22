// A loader from its parts: mesh, kernel, loop, service.
import { fold, type Log } from "@weft/log";
import { type Mesh, meshProjection } from "@weft/model";
import { formatAddress } from "@weft/netaddr";
import { type Client, type RpcServer, serve } from "@weft/rpc";
import type { logger } from "@weft/telemetry";
import { watchConnection } from "./connection.ts";
import { openContainers } from "./containers.ts";
import { type FactsChange, factsOf, type HostOptions, LiveFacts, type SeenFacts } from "./facts.ts";
import { followLog } from "./follow.ts";
import { loaderHandlers } from "./grpc.ts";
import { type Membership, openMembership } from "./join.ts";
import type { AttachMode, RcuMode } from "./kernel/hooks.ts";
import { type Machine, openMachine } from "./machine.ts";
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
  /** How long a policy must have been in force before it is compiled into branches. */
  readonly settleMs?: number;
  /** How often the kernel is read whole, to find what somebody else changed. */
  readonly driftMs?: number;
}

/** A loader at work. */
export interface Loader extends AsyncDisposable {
  readonly reconciler: Reconciler;
  readonly socket: string;
  /** What its health says. */
  setServing(serving: boolean): void;
}

const sweepMs = 30_000;
/** How often the uplink is looked at: connections stall for as long when its MTU shrinks or its address changes. */
const factsMs = 300;

/** Starts a loader; returns when this host is part of the mesh, enforces what is on record, and answers. */
export async function startLoader(options: LoaderOptions, signal: AbortSignal): Promise<Loader> {
  await using stack = new AsyncDisposableStack();
  const { host, log, ipam, say } = options;
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  const facts = new LiveFacts(options, await factsOf(options));
  const { state: mesh } = await fold(log, meshProjection, { signal });
  const machine = await openMachine(options, mesh, facts, ended, stack);
  stack.defer(await follow(options, mesh, machine, ended));
  const running = machine.reconciler.run(ended);
  stack.defer(() => running);
  stack.defer(() => stop.abort());

  const member = openMembership({ ...options, facts, actor: `loader/${host}`, signal: ended });
  const joining = member.state();
  // A host that is on record already need not wait for ipam: it joins again, should anything have changed.
  if (!mesh.hosts.has(host)) await joining;
  const looking = facts.follow((change) => changed(options, facts, machine, member, change), factsMs, ended);
  stack.defer(() => looking);
  const containers = openContainers({
    ...options,
    mesh,
    reconciler: machine.reconciler,
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
  const server: RpcServer = stack.use(
    await serve({
      service: "Loader",
      socket: options.socket,
      handlers: loaderHandlers(containers, machine.status),
      onFault: (error, method) => say.error({ err: error, method }, "fault"),
    }),
  );
  const owned = stack.move();
  return {
    reconciler: machine.reconciler,
    socket: server.socket,
    setServing: server.setServing,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Starts following; returns when the mesh is up to date, with what waits for the end of it. */
async function follow(
  { log, say }: LoaderOptions,
  mesh: Mesh,
  { reconciler, faults, heartbeat }: Machine,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const watching = watchConnection(log.nats, (lost) => {
    faults.connection = lost ? "no connection to NATS: what is in force stays in force" : "";
    say.warn({ lost }, "connection to NATS");
    heartbeat.beat();
  });
  watching.catch((error: unknown) => say.error({ err: error }, "connection to NATS"));
  const caughtUp = Promise.withResolvers<void>();
  const following = followLog({
    log,
    mesh,
    signal,
    onEvent: (event) => reconciler.poke(event),
    onPassed: (passed) => {
      say.warn({ passed }, "what is on record has no effect");
      // It counts as read and as enforced: nothing of it is to be done.
      reconciler.poke();
      heartbeat.beat();
    },
    onCaughtUp: caughtUp.resolve,
    onFault: (error) => {
      faults.log = error === undefined ? "" : `the log cannot be followed: ${error.message}`;
      if (error !== undefined) say.warn({ err: error }, "log");
    },
  });
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
