import type { Labels } from "@weft/netaddr";
import { Source } from "./memo.ts";
import type { Selector } from "./selector.ts";

/** Things filed under keys; a value that is made of a bucket is out of date when the bucket changes. */
export class Buckets<T> {
  readonly #held = new Map<string, Set<T>>();
  readonly #sources = new Map<string, Source>();

  /** What is filed under a key. */
  in(key: string): ReadonlySet<T> {
    let source = this.#sources.get(key);
    if (source === undefined) {
      source = new Source(() => this.#sources.delete(key));
      this.#sources.set(key, source);
    }
    source.read();
    return this.#held.get(key) ?? none;
  }

  /** How much is filed under a key, for those who only choose by it where to look. */
  size(key: string): number {
    return this.#held.get(key)?.size ?? 0;
  }

  /** Everything that is filed; nobody is told when it changes. */
  all(): ReadonlySet<T> {
    return new Set([...this.#held.values()].flatMap((held) => [...held]));
  }

  add(keys: readonly string[], item: T): void {
    for (const key of keys) {
      const held = this.#held.get(key);
      if (held === undefined) this.#held.set(key, new Set([item]));
      else held.add(item);
      this.#sources.get(key)?.touch();
    }
  }

  remove(keys: readonly string[], item: T): void {
    for (const key of keys) {
      const held = this.#held.get(key);
      if (held?.delete(item) !== true) continue;
      if (held.size === 0) this.#held.delete(key);
      this.#sources.get(key)?.touch();
    }
  }
}

const none: ReadonlySet<never> = new Set();

/** Stands for every namespace. */
export const everywhere = "*";

/** Key of everything in a namespace. */
export function spaceKey(namespace: string): string {
  return `${namespace}/`;
}

function labelKeyIn(namespace: string, key: string, value: string): string {
  return `${namespace}/${key}=${value}`;
}

/** Keys under which something with labels is found: its namespace, and each label there and everywhere. */
export function labelledKeys(namespace: string, labels: Labels): string[] {
  const pairs = Object.entries(labels);
  return [
    spaceKey(namespace),
    ...pairs.map(([key, value]) => labelKeyIn(namespace, key, value)),
    ...pairs.map(([key, value]) => labelKeyIn(everywhere, key, value)),
  ];
}

/** Keys under which labels in a namespace find the selectors that may select them: see `selectorKeys`. */
export function lookupKeys(namespace: string, labels: Labels): string[] {
  const pairs = Object.entries(labels);
  return [spaceKey(namespace), ...pairs.map(([key, value]) => labelKeyIn(namespace, key, value))];
}

/** Keys of which all that a selector selects in a namespace has one: the values of a label that it names, if it does. */
export function selectorKeys(namespace: string, selector: Selector): string[] {
  const [keys] = narrowings(namespace, selector);
  return keys ?? [spaceKey(namespace)];
}

/** By each label that the selector names values of: keys of which all that it selects has one. */
export function narrowings(namespace: string, selector: Selector): string[][] {
  return selector
    .filter(({ operator }) => operator === "In")
    .map(({ key, values }) => [...new Set(values)].map((value) => labelKeyIn(namespace, key, value)));
}
