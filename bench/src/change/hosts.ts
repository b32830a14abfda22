// A process with the loaders of some simulated hosts. It tells its parent when a host enforces a revision, by the clock that
// all processes of the machine share.
import { join } from "node:path";
import { openMemory, startLoader } from "@weft/loader";
import { connectLog } from "@weft/log";
import { formatHostMark } from "@weft/model";
import { parseAddress } from "@weft/netaddr";
import { connect } from "@weft/rpc";
import { logger } from "@weft/telemetry";

/** A simulated host. */
export interface HostWish {
  readonly name: string;
  readonly netns: string;
  readonly underlay: string;
  readonly seed: string;
}

/** What the process is told to run. */
export interface HostsWish {
  readonly natsUrl: string;
  readonly state: string;
  readonly bpffs: string;
  readonly hosts: readonly HostWish[];
}

/** Subject of the bare message that the floor is measured with. */
export const floorSubject = "weft.status.bench-floor";

/** What the parent is told: all hosts are up; a host enforces; a host has the bare message. */
export type HostsReport =
  | { readonly kind: "up" }
  | { readonly kind: "enforced"; readonly host: string; readonly revision: number; readonly at: string }
  | { readonly kind: "floor"; readonly host: string; readonly round: string; readonly at: string };

function tell(report: HostsReport): void {
  process.send?.(report);
}

const now = (): string => `${process.hrtime.bigint()}`;

async function run({ natsUrl, state, bpffs, hosts }: HostsWish): Promise<void> {
  const stop = new AbortController();
  await using stack = new AsyncDisposableStack();
  const socket = (name: string) => join(state, "sockets", `${name}.sock`);
  for (const { name, netns, underlay, seed } of hosts) {
    const log = stack.use(await connectLog({ url: natsUrl, seed, name: `bench/${name}` }));
    const actor = `loader/${name}`;
    const [identity, ipam, compiler] = [
      stack.use(connect("Identity", socket("identity"), { actor })),
      stack.use(connect("Ipam", socket("ipam"), { actor })),
      stack.use(connect("Compiler", socket("compiler"), { actor })),
    ];
    const mark = formatHostMark({ id: "0", mesh: "bench", state });
    const place = { host: name, netns, uplink: "up0", underlay: parseAddress(underlay), bpffs, mark };
    const loader = stack.use(
      await startLoader(
        {
          ...place,
          ...{ log, identity, ipam, compiler, attach: "tcx", rcu: "expedited", say: logger(actor) },
          cache: join(state, "cache"),
          socket: socket(`loader-${name}`),
          memory: openMemory(join(state, "memory", `${name}.json`), () => undefined),
          // Programs of their own come later, in the background: they would be built in the middle of a measurement.
          settleMs: 600_000,
        },
        stop.signal,
      ),
    );
    const { reconciler } = loader;
    const follow = async (): Promise<void> => {
      for (let next = reconciler.progress().applied + 1; ; ) {
        await reconciler.inForce(next, stop.signal);
        const { applied: revision } = reconciler.progress();
        tell({ kind: "enforced", host: name, revision, at: now() });
        next = revision + 1;
      }
    };
    follow().catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
    log.nats.subscribe(floorSubject, {
      callback: (_, message) => tell({ kind: "floor", host: name, round: message.string(), at: now() }),
    });
    await log.nats.flush();
  }
  tell({ kind: "up" });
  await new Promise((resolve) => process.once("disconnect", resolve));
  stop.abort();
}

if (import.meta.main) await run(JSON.parse(process.argv[2] ?? "") as HostsWish);
