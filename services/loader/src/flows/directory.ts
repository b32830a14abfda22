// Who has an address, and who has a slot: the mesh the other way round.
import { type Endpoint, eachEndpoint, type Mesh } from "@weft/model";
import { type Address, mappedBytes } from "@weft/netaddr";

/** Looks ends of packets up. */
export interface Directory {
  /** The container that has an address (`addressKey`), or had it a moment ago. */
  container(key: string): Endpoint | undefined;
  /** The host that has an underlay address. */
  host(key: string): string | undefined;
  /** This host's container in a slot, or the one that was there a moment ago. */
  inSlot(slot: number): Endpoint | undefined;
}

/** The 16 bytes of an address, IPv4 mapped, as text to look up by. */
export function addressKey(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

const keys = new WeakMap<Endpoint, readonly string[]>();

function keysOf(endpoint: Endpoint): readonly string[] {
  const known = keys.get(endpoint);
  if (known !== undefined) return known;
  const { ipv6, ipv4 } = endpoint;
  const made = (ipv4 === undefined ? [ipv6] : [ipv6, ipv4]).map((address) =>
    addressKey(mappedBytes(address)),
  );
  keys.set(endpoint, made);
  return made;
}

/** How long a container that has left is known: its last packets are told of after that. */
const rememberMs = 10_000;

/** What is known of some kind of thing, and what was known until lately. */
class Shelf<Key, Item> {
  #now = new Map<Key, Item>();
  #gone = new Map<Key, { readonly item: Item; readonly untilMs: number }>();

  get(key: Key): Item | undefined {
    return this.#now.get(key) ?? this.#gone.get(key)?.item;
  }

  replace(next: Map<Key, Item>, nowMs: number): void {
    for (const [key, { untilMs }] of this.#gone) if (untilMs < nowMs) this.#gone.delete(key);
    for (const [key, item] of this.#now) {
      if (!next.has(key)) this.#gone.set(key, { item, untilMs: nowMs + rememberMs });
    }
    this.#now = next;
  }
}

/** A directory of a mesh as one of its hosts sees it; made anew when somebody asks after the mesh has changed. */
export function openDirectory(mesh: Mesh, host: string): Directory {
  const containers = new Shelf<string, Endpoint>();
  const hosts = new Shelf<string, string>();
  const slots = new Shelf<number, Endpoint>();
  let madeAt = -1;
  const fresh = (): void => {
    if (madeAt === mesh.kernelRevision) return;
    madeAt = mesh.kernelRevision;
    const nowMs = performance.now();
    const byAddress = new Map<string, Endpoint>();
    const bySlot = new Map<number, Endpoint>();
    for (const endpoint of eachEndpoint(mesh)) {
      for (const key of keysOf(endpoint)) byAddress.set(key, endpoint);
      if (endpoint.host === host) bySlot.set(endpoint.slot, endpoint);
    }
    containers.replace(byAddress, nowMs);
    slots.replace(bySlot, nowMs);
    hosts.replace(hostAddresses(mesh), nowMs);
  };
  return {
    container(key) {
      fresh();
      return containers.get(key);
    },
    host(key) {
      fresh();
      return hosts.get(key);
    },
    inSlot(slot) {
      fresh();
      return slots.get(slot);
    },
  };
}

function hostAddresses(mesh: Mesh): Map<string, string> {
  const byAddress = new Map<string, string>();
  for (const { name, underlayIpv4, underlayIpv6 } of mesh.hosts.values()) {
    for (const address of [underlayIpv4, underlayIpv6] satisfies (Address | undefined)[]) {
      if (address !== undefined) byAddress.set(addressKey(mappedBytes(address)), name);
    }
  }
  return byAddress;
}
