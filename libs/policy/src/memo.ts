// Values that remember what they were made of, so that a change costs what it concerns.

/** The value that is being made: what is read meanwhile, it depends on. */
let making: Memo<unknown> | undefined;

/** Something that values are made of. */
export class Source {
  readonly users = new Set<Memo<unknown>>();
  readonly #onUnused: (() => void) | undefined;

  constructor(onUnused?: () => void) {
    this.#onUnused = onUnused;
  }

  /** Notes that the value that is being made depends on this. */
  read(): void {
    making?.use(this);
  }

  /** It is another one now: what was made of it is out of date. */
  touch(): void {
    for (const user of this.users) user.expire();
  }

  /** A value is no longer made of it. */
  leave(user: Memo<unknown>): void {
    this.users.delete(user);
    if (this.users.size === 0) this.#onUnused?.();
  }
}

/** How a value is made, and kept. */
interface Recipe<T> {
  /** Values are made of those of lower levels only. */
  readonly level: number;
  make(): T;
  /** Whether what was made again may count as not changed; unset: never. */
  same?(before: T, after: T): boolean;
  /** Nothing is made of it any more. */
  onUnused?(): void;
}

/** A value, made when it is first asked for, and again when something that it was made of has changed. */
export class Memo<T> extends Source {
  readonly #memos: Memos;
  readonly #recipe: Recipe<T>;
  #sources = new Set<Source>();
  #held: { readonly value: T } | undefined;
  #fresh = false;

  constructor(memos: Memos, recipe: Recipe<T>) {
    super(() => this.#unused());
    this.#memos = memos;
    this.#recipe = recipe;
  }

  get level(): number {
    return this.#recipe.level;
  }

  get(): T {
    this.read();
    return this.refresh();
  }

  /** The value of now. Its users are told when it is another one. */
  refresh(): T {
    if (this.#fresh && this.#held !== undefined) return this.#held.value;
    const before = this.#held;
    const value = this.#make();
    this.#fresh = true;
    if (before !== undefined && this.#recipe.same?.(before.value, value) === true) return before.value;
    this.#held = { value };
    if (before !== undefined) this.touch();
    return value;
  }

  /** Notes what the value is being made of. */
  use(source: Source): void {
    this.#sources.add(source);
    source.users.add(this as Memo<unknown>);
  }

  /** Must be made again before it is used. */
  expire(): void {
    if (!this.#fresh) return;
    this.#fresh = false;
    this.#memos.expired(this as Memo<unknown>);
  }

  /** Lets go of everything that it was made of. */
  drop(): void {
    this.#fresh = false;
    this.#held = undefined;
    this.#memos.settled(this as Memo<unknown>);
    const sources = this.#sources;
    this.#sources = new Set();
    for (const source of sources) source.leave(this as Memo<unknown>);
  }

  #make(): T {
    const [outer, before] = [making, this.#sources];
    this.#sources = new Set();
    making = this as Memo<unknown>;
    try {
      return this.#recipe.make();
    } finally {
      making = outer;
      for (const source of before) if (!this.#sources.has(source)) source.leave(this as Memo<unknown>);
    }
  }

  #unused(): void {
    this.drop();
    this.#recipe.onUnused?.();
  }
}

/** Values that are made of one another. */
export class Memos {
  readonly #expired: Set<Memo<unknown>>[] = [];

  memo<T>(recipe: Recipe<T>): Memo<T> {
    return new Memo(this, recipe);
  }

  /** Makes again what is out of date, the lowest level first, so that nothing is made twice. */
  settle(): void {
    for (const level of this.#expired) {
      for (const memo of level ?? []) {
        level.delete(memo);
        memo.refresh();
      }
    }
  }

  expired(memo: Memo<unknown>): void {
    for (let level = this.#expired.length; level <= memo.level; level += 1) this.#expired.push(new Set());
    this.#expired[memo.level]?.add(memo);
  }

  settled(memo: Memo<unknown>): void {
    this.#expired[memo.level]?.delete(memo);
  }
}
