// Wiring of the loader of one host; the only file that reads the environment.
import { join } from "node:path";
import { parseAddress } from "@weft/netaddr";
import { connect } from "@weft/rpc";
import { runService, serviceEnvironment } from "@weft/rpc/service";
import { z } from "zod";
import { startLoader } from "./start.ts";

const environment = serviceEnvironment
  .extend({
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
const sockets = join(environment.WEFT_STATE, "sockets");
const actor = `loader/${host}`;
using identity = connect("Identity", join(sockets, "identity.sock"), { actor });
using ipam = connect("Ipam", join(sockets, "ipam.sock"), { actor });
using compiler = connect("Compiler", join(sockets, "compiler.sock"), { actor });
const { WEFT_SETTLE_MS: settleMs, WEFT_DRIFT_MS: driftMs } = environment;
// At the end, what is in the kernel stays there.
await runService(
  { name: "loader", host, environment },
  ({ log, say, socket, signal }) =>
    startLoader(
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
        socket,
        log,
        identity,
        ipam,
        compiler,
        say,
        ...(settleMs === undefined ? {} : { settleMs }),
        ...(driftMs === undefined ? {} : { driftMs }),
      },
      signal,
    ),
  ({ reconciler }) => ({ revision: reconciler.progress().applied }),
);
