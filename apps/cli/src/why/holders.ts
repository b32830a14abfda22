import { type Log, type OnUnknown, type Recorded, subjects } from "@weft/log";
import type { Mesh } from "@weft/model";
import { type Address, addressFromBytes, prefixContains, sameAddress } from "@weft/netaddr";
import { type EventRef, eventRef } from "./evidence.ts";

/** A container that had an address once. */
export interface Holder {
  readonly host: string;
  /** Id of the container. */
  readonly endpoint: string;
  /** NAMESPACE/NAME; "": it had the address, and was never attached. */
  readonly name: string;
  readonly leased: EventRef;
  /** Null: it was not detached by the revision asked for. */
  readonly detached: EventRef | null;
  /** Null: the address was not given back. */
  readonly released: EventRef | null;
}

interface Reading {
  readonly to: number;
  readonly onUnknown: OnUnknown;
  readonly signal: AbortSignal;
}

/** Who had an address up to a revision, oldest first. */
export async function holdersOf(
  log: Pick<Log, "read">,
  address: Address,
  mesh: Mesh,
  reading: Reading,
): Promise<Holder[]> {
  const place = mesh.prefixes
    .values()
    .find(({ ipv6, ipv4 }) =>
      [ipv6, ipv4].some((prefix) => prefix !== undefined && prefixContains(prefix, address)),
    );
  if (place === undefined) return [];
  const { host } = place;
  const leases: { owner: string; leased: Recorded; released?: Recorded }[] = [];
  for await (const event of log.read({ subject: subjects.leases(host), ...reading })) {
    if (event.type === "AddressesLeased") {
      const has = ({ ipv6, ipv4 }: { ipv6: Uint8Array; ipv4: Uint8Array }) =>
        isAddress(ipv6, address) || isAddress(ipv4, address);
      const found = event.data.leases.find(has);
      // A lease that gets IPv4 as well is stated again.
      const again = leases.at(-1)?.owner === found?.owner && leases.at(-1)?.released === undefined;
      if (found !== undefined && !again) leases.push({ owner: found.owner, leased: event });
    } else if (event.type === "AddressesReleased") {
      const last = leases.at(-1);
      const gone = last !== undefined && last.released === undefined && releases(event, last.owner, address);
      if (gone) last.released = event;
    }
  }
  return Promise.all(
    leases.map(async ({ owner, leased, released }): Promise<Holder> => {
      const { name, detached } = await lifeOf(log, host, owner, reading);
      return {
        host,
        endpoint: owner,
        name,
        leased: eventRef(leased),
        detached,
        released: released === undefined ? null : eventRef(released),
      };
    }),
  );
}

function isAddress(bytes: Uint8Array, address: Address): boolean {
  return bytes.length > 0 && sameAddress(addressFromBytes(bytes), address);
}

function releases(event: Recorded<"AddressesReleased">, owner: string, address: Address): boolean {
  return event.data.owners.includes(owner) && (!event.data.ipv4Only || address.family === 4);
}

async function lifeOf(log: Pick<Log, "read">, host: string, id: string, reading: Reading) {
  let [name, detached] = ["", null as EventRef | null];
  for await (const event of log.read({ subject: subjects.endpoint(host, id), ...reading })) {
    if (event.type === "EndpointAttached") name = `${event.data.namespace}/${event.data.name}`;
    if (event.type === "EndpointDetached") detached = eventRef(event);
  }
  return { name, detached };
}
