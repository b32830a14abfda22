// A host becomes part of the mesh: its prefixes from ipam, then what it is on record.
import { release } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { type Log, openAggregate, subjects } from "@weft/log";
import { type Address, addressToBytes } from "@weft/netaddr";
import { type Client, newCause } from "@weft/rpc";
import type { logger } from "@weft/telemetry";
import type { HostFacts } from "./domain/desired.ts";
import { type HostData, hostDecider } from "./domain/host.ts";
import type { AttachMode } from "./kernel/hooks.ts";

/** What it takes to be on record. */
interface MembershipOptions {
  readonly log: Log;
  readonly ipam: Pick<Client<"Ipam">, "assignHostPrefix">;
  /** Asked each time, as they are then. */
  readonly facts: HostFacts;
  readonly attach: AttachMode;
  readonly actor: string;
  readonly say: Pick<ReturnType<typeof logger>, "info" | "warn">;
  readonly signal: AbortSignal;
}

/** A host's place in the mesh. */
export interface Membership {
  /** Puts on record what the host is now; returns when that is there. Tries until the signal aborts. */
  state(): Promise<void>;
}

const againMs = 300;

/** A membership. Statements follow one another, so that the last one on record is the newest. */
export function openMembership(options: MembershipOptions): Membership {
  const { say, signal } = options;
  let last: Promise<void> = Promise.resolve();
  const attempt = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        say.info({ revision: await joinMesh(options) }, "joined");
        return;
      } catch (error) {
        if (signal.aborted) return;
        say.warn({ err: error }, "cannot join yet");
      }
      await delay(againMs, undefined, { signal }).catch(() => undefined);
    }
  };
  return {
    state() {
      last = last.then(attempt);
      return last;
    },
  };
}

/** States this host as it is; answers the revision at which that is on record. */
async function joinMesh({ log, ipam, facts, attach, actor, signal }: MembershipOptions): Promise<number> {
  const { host } = facts;
  const cause = newCause("Loader/Join");
  const { ipv6, ipv4 } = await ipam.assignHostPrefix({ host }, { cause, signal, deadlineMs: 5000 });
  const aggregate = await openAggregate(log, { subject: subjects.host(host), decider: hostDecider, signal });
  const bytesOf = (address: Address | undefined) =>
    address === undefined ? new Uint8Array() : addressToBytes(address);
  const data: HostData = {
    host,
    underlayIpv6: bytesOf(facts.underlay6),
    underlayIpv4: bytesOf(facts.underlay4),
    kernel: release(),
    attach,
    uplinkMtu: facts.uplinkMtu,
    ...(ipv6 ? { ipv6 } : {}),
    ...(ipv4 ? { ipv4 } : {}),
  };
  const { revision } = await aggregate.execute({ kind: "state", data }, { actor, cause, signal });
  return revision;
}
