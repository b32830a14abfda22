// What a loader is told by its environment. Pure: main.ts reads it, tests give it.
import { formatHostMark } from "@weft/model";
import { parseAddress } from "@weft/netaddr";
import { serviceEnvironment } from "@weft/rpc/service";
import { z } from "zod";
import { chooseAttach } from "./domain/attach.ts";
import type { LoaderOptions } from "./start.ts";

const address = z.string().transform((text) => parseAddress(text));

const environment = serviceEnvironment.extend({
  WEFT_HOST: z.string().min(1),
  WEFT_NETNS: z.string().optional(),
  WEFT_UPLINK: z.string().min(1),
  // Where other hosts are to reach this one, while it has the address; unset: at the uplink's first.
  WEFT_UNDERLAY: address.optional(),
  // The address of the other family, where it is not the first of the uplink's.
  WEFT_UNDERLAY_OTHER: address.optional(),
  WEFT_BPFFS: z.string(),
  // The text of a HostMark. Unset, it is made of WEFT_STATE.
  WEFT_MARK: z.string().optional(),
  WEFT_ATTACH: z.enum(["auto", "tcx", "clsact"]).default("auto"),
  WEFT_RCU: z.enum(["normal", "expedited"]).default("normal"),
  WEFT_CACHE: z.string(),
  // Options of a test: how soon a policy is compiled, how often drift is looked for.
  WEFT_SETTLE_MS: z.coerce.number().int().positive().optional(),
  WEFT_DRIFT_MS: z.coerce.number().int().positive().optional(),
});

/** What the environment says of the process, and of the host that it works for. */
interface LoaderEnvironment {
  readonly service: z.infer<typeof serviceEnvironment>;
  /** All options of the loader but what main.ts opens. */
  readonly host: Omit<LoaderOptions, "socket" | "log" | "identity" | "ipam" | "compiler" | "say" | "memory">;
}

/**
 * Options from the variables of a loader, on a kernel of this release ("6.12.9-amd64"). Throws a ZodError that names the
 * variable, or FAILED_PRECONDITION where the kernel has not what is asked for.
 */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  release: string,
): LoaderEnvironment {
  const found = environment.parse(variables);
  const { WEFT_SETTLE_MS: settleMs, WEFT_DRIFT_MS: driftMs } = found;
  return {
    service: found,
    host: {
      host: found.WEFT_HOST,
      netns: found.WEFT_NETNS,
      uplink: found.WEFT_UPLINK,
      underlay: found.WEFT_UNDERLAY,
      otherUnderlay: found.WEFT_UNDERLAY_OTHER,
      bpffs: found.WEFT_BPFFS,
      mark: found.WEFT_MARK ?? formatHostMark({ id: "0", mesh: "mesh", state: found.WEFT_STATE }),
      attach: chooseAttach(release, found.WEFT_ATTACH),
      rcu: found.WEFT_RCU,
      cache: found.WEFT_CACHE,
      ...(settleMs === undefined ? {} : { settleMs }),
      ...(driftMs === undefined ? {} : { driftMs }),
    },
  };
}
