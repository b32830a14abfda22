// Wiring of the loader of one host; the only file that reads the environment.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connectLog } from "@weft/log";
import { parseAddress } from "@weft/netaddr";
import { connect } from "@weft/rpc";
import { logger, startTelemetry } from "@weft/telemetry";
import { z } from "zod";
import { startLoader } from "./start.ts";

const environment = z
  .object({
    WEFT_STATE: z.string(),
    WEFT_NATS_URL: z.string(),
    WEFT_NATS_SEED_FILE: z.string().optional(),
    WEFT_HOST: z.string().min(1),
    WEFT_NETNS: z.string().optional(),
    WEFT_UPLINK: z.string().min(1),
    WEFT_UNDERLAY: z.string().transform((text) => parseAddress(text)),
    // The address of the other family, where it is not the first of the uplink's.
    WEFT_UNDERLAY_OTHER: z
      .string()
      .transform((text) => parseAddress(text))
      .optional(),
    WEFT_BPFFS: z.string(),
    WEFT_ATTACH: z.enum(["tcx", "clsact"]).default("tcx"),
    WEFT_RCU: z.enum(["normal", "expedited"]).default("normal"),
    WEFT_CACHE: z.string(),
    // Options of a test: how soon a policy is compiled, how often drift is looked for.
    WEFT_SETTLE_MS: z.coerce.number().int().positive().optional(),
    WEFT_DRIFT_MS: z.coerce.number().int().positive().optional(),
  })
  .parse(process.env);

const host = environment.WEFT_HOST;
await using telemetry = startTelemetry({ service: "loader", host });
const say = logger("loader").child({ host });
const stop = new AbortController();
const stopped = new Promise<string>((resolve) => {
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.once(name, () => {
      stop.abort();
      resolve(name);
    });
  }
});

const seedFile = environment.WEFT_NATS_SEED_FILE;
const seed = seedFile === undefined ? undefined : (await readFile(seedFile, "utf8")).trim();
await using log = await connectLog({
  url: environment.WEFT_NATS_URL,
  name: `weft/loader/${host}`,
  ...(seed === undefined ? {} : { seed }),
  signal: stop.signal,
});
telemetry.publishTo((traceId, spans) => log.publishTrace(traceId, spans));

const sockets = join(environment.WEFT_STATE, "sockets");
const actor = `loader/${host}`;
using identity = connect("Identity", join(sockets, "identity.sock"), { actor });
using ipam = connect("Ipam", join(sockets, "ipam.sock"), { actor });
using compiler = connect("Compiler", join(sockets, "compiler.sock"), { actor });
const { WEFT_SETTLE_MS: settleMs, WEFT_DRIFT_MS: driftMs } = environment;
const loader = await startLoader(
  {
    host,
    netns: environment.WEFT_NETNS,
    uplink: environment.WEFT_UPLINK,
    underlay: environment.WEFT_UNDERLAY,
    otherUnderlay: environment.WEFT_UNDERLAY_OTHER,
    bpffs: environment.WEFT_BPFFS,
    attach: environment.WEFT_ATTACH,
    rcu: environment.WEFT_RCU,
    cache: environment.WEFT_CACHE,
    socket: join(sockets, `loader-${host}.sock`),
    log,
    identity,
    ipam,
    compiler,
    say,
    ...(settleMs === undefined ? {} : { settleMs }),
    ...(driftMs === undefined ? {} : { driftMs }),
  },
  stop.signal,
).catch((error: unknown) => {
  if (stop.signal.aborted) process.exit(0); // Told to end before it had begun.
  throw error;
});
const startupMs = Math.round(performance.now());
const { applied } = loader.reconciler.progress();
say.info({ socket: loader.socket, revision: applied, startupMs }, "ready");

say.info({ reason: await stopped }, "stopping");
// What is in the kernel stays there. Before the log closes, which the last spans leave by.
await loader[Symbol.asyncDispose]();
await telemetry.flush();
