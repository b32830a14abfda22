import { Buckets } from "./buckets.ts";
import type { PolicyEndpoint } from "./view.ts";

/** Endpoints by identity, and identities by the names that their endpoints give to ports. */
export class Receivers {
  readonly #endpoints = new Buckets<PolicyEndpoint>();
  readonly #named = new Buckets<number>();
  /** By identity and name: how many endpoints give it. */
  readonly #counts = new Map<string, number>();

  /** The endpoints of each identity of which at least one gives the name, `protocol/name`, a number. */
  naming(name: string): (readonly [number, readonly PolicyEndpoint[]])[] {
    return [...this.#named.in(name)].map((identity) => [identity, this.ofIdentity(identity)] as const);
  }

  ofIdentity(identity: number): readonly PolicyEndpoint[] {
    return [...this.#endpoints.in(`${identity}`)];
  }

  add(endpoint: PolicyEndpoint): void {
    const { identity } = endpoint;
    this.#endpoints.add([`${identity}`], endpoint);
    const first = namesOf(endpoint).filter((name) => this.#count(identity, name, 1) === 1);
    this.#named.add(first, identity);
  }

  remove(endpoint: PolicyEndpoint): void {
    const { identity } = endpoint;
    this.#endpoints.remove([`${identity}`], endpoint);
    const last = namesOf(endpoint).filter((name) => this.#count(identity, name, -1) === 0);
    this.#named.remove(last, identity);
  }

  #count(identity: number, name: string, more: number): number {
    const key = `${identity} ${name}`;
    const count = (this.#counts.get(key) ?? 0) + more;
    if (count === 0) this.#counts.delete(key);
    else this.#counts.set(key, count);
    return count;
  }
}

function namesOf({ ports }: PolicyEndpoint): string[] {
  return [...new Set(ports.map(({ protocol, name }) => `${protocol}/${name}`))];
}
