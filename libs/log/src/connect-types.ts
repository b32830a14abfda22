import type { LogReplaced } from "./replaced.ts";
import type { OnUnknown } from "./types.ts";

/** Where the log is and who asks. */
export type ConnectOptions = {
  /** e.g. `nats://127.0.0.1:4222`; several for a cluster, separated by commas. */
  readonly url: string;
  /** nkey seed of this user (`SU...`); unset only for a server without authorization. */
  readonly seed?: string;
  /** `ce-source` of everything written, e.g. `weft/identity`. */
  readonly name: string;
  /** How long to try the first connection; default 10,000. */
  readonly timeoutMs?: number;
  /** How often a quiet follower asks for the head; default 1,000. */
  readonly headCheckMs?: number;
  /**
   * Directory of a nats-server on this machine that does not sync files itself (`store_dir`): what is acknowledged to this
   * writer has been synced. Not used with a server that can do it.
   */
  readonly store?: string;
  /** Told whenever what was read turns out not to be in the log any more. */
  readonly onReplaced?: (error: LogReplaced) => void;
  /** Is told of events without effect where the reader does not say otherwise; default: nobody is. */
  readonly onUnknown?: OnUnknown;
  readonly signal?: AbortSignal;
};
