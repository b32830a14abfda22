// What a loader is told by its environment. Pure: main.ts reads it, tests give it.
import { formatHostMark, parseHostMark } from "@weft/model";
import { isWeftError, parseAddress } from "@weft/netaddr";
import { environmentReader, filled, serviceEnvironment, type Variables, wholeMs } from "@weft/rpc/service";
import { z } from "zod";
import { chooseAttach } from "./domain/attach.ts";
import type { LoaderOptions } from "./start.ts";

const address = z.string().transform((text, context) => {
  try {
    return parseAddress(text);
  } catch (error) {
    if (!isWeftError(error)) throw error;
    context.addIssue({ code: "custom", message: error.message });
    return z.NEVER;
  }
});

const read = environmentReader(
  serviceEnvironment.extend({
    WEFT_HOST: z
      .string()
      .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/)
      .describe("at most 63 of a-z, 0-9 and -, such as node-1"),
    WEFT_NETNS: filled.optional().describe("the path of a network namespace"),
    WEFT_UPLINK: z
      .string()
      .regex(/^[^\s/:]{1,15}$/)
      .describe("the name of a device, such as eth0"),
    // Where other hosts are to reach this one, while it has the address; unset: at the uplink's first.
    WEFT_UNDERLAY: address.optional().describe("an IP address, such as 192.0.2.7"),
    // The address of the other family, where it is not the first of the uplink's.
    WEFT_UNDERLAY_OTHER: address.optional().describe("an IP address, such as 2001:db8::7"),
    WEFT_BPFFS: filled.describe("a folder in a bpffs, of this host alone"),
    // Unset, it is made of WEFT_STATE.
    WEFT_MARK: z
      .string()
      .refine((text) => parseHostMark(text) !== undefined)
      .optional()
      .describe("the text of a HostMark: weft id=ID mesh=NAME state=DIR"),
    WEFT_ATTACH: z.enum(["auto", "tcx", "clsact"]).default("auto").describe("auto, tcx or clsact"),
    WEFT_RCU: z.enum(["normal", "expedited"]).default("normal").describe("normal or expedited"),
    WEFT_CACHE: filled.describe("a folder for objects"),
    // Options of a test: how soon a policy is compiled, how often drift is looked for.
    WEFT_SETTLE_MS: wholeMs.optional().describe("a whole number of ms, from 1"),
    WEFT_DRIFT_MS: wholeMs.optional().describe("a whole number of ms, from 1"),
  }),
);

/** What the environment says of the process, and of the host that it works for. */
interface LoaderEnvironment {
  readonly service: z.infer<typeof serviceEnvironment>;
  /** All options of the loader but what main.ts opens. */
  readonly host: Omit<LoaderOptions, "socket" | "log" | "identity" | "ipam" | "compiler" | "say" | "memory">;
}

/**
 * Options from the variables of a loader, on a kernel of this release ("6.12.9-amd64"). INVALID_ARGUMENT names each variable
 * that is wrong; FAILED_PRECONDITION where the kernel has not what is asked for.
 */
export function readEnvironment(variables: Variables, release: string): LoaderEnvironment {
  const found = read(variables);
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
