import { WeftError } from "@weft/netaddr";
import type { ConnectOptions } from "./connect-types.ts";
import type { Log } from "./types.ts";

/** Opens the log. UNAVAILABLE when nobody answers in time, PERMISSION_DENIED when the server refuses the seed. */
export async function connectLog(options: ConnectOptions): Promise<Log> {
  throw new WeftError("UNAVAILABLE", options.url);
}
