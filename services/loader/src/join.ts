// A host becomes part of the mesh: its prefixes from ipam, then what it is on record.
import { release } from "node:os";
import { type Log, openAggregate, subjects } from "@weft/log";
import { type Address, addressToBytes } from "@weft/netaddr";
import { type Client, newCause } from "@weft/rpc";
import type { HostFacts } from "./domain/desired.ts";
import { type HostData, hostDecider } from "./domain/host.ts";
import type { AttachMode } from "./kernel/hooks.ts";

/** States this host as it is; answers the revision at which that is on record. */
export async function joinMesh(options: {
  readonly log: Log;
  readonly ipam: Pick<Client<"Ipam">, "assignHostPrefix">;
  readonly facts: HostFacts;
  readonly attach: AttachMode;
  readonly actor: string;
  readonly signal: AbortSignal;
}): Promise<number> {
  const { log, ipam, facts, actor, signal } = options;
  const { host, underlay4, underlay6 } = facts;
  const cause = newCause("Loader/Join");
  const { ipv6, ipv4 } = await ipam.assignHostPrefix({ host }, { cause, signal, deadlineMs: 5000 });
  const bytesOf = (address: Address | undefined) =>
    address === undefined ? new Uint8Array() : addressToBytes(address);
  const data: HostData = {
    host,
    underlayIpv6: bytesOf(underlay6),
    underlayIpv4: bytesOf(underlay4),
    kernel: release(),
    attach: options.attach,
    ...(ipv6 ? { ipv6 } : {}),
    ...(ipv4 ? { ipv4 } : {}),
  };
  const aggregate = await openAggregate(log, { subject: subjects.host(host), decider: hostDecider, signal });
  const { revision } = await aggregate.execute({ kind: "state", data }, { actor, cause, signal });
  return revision;
}
