import { EbpfError, guard, guarded } from "./error.ts";
import { type DescriptorKind, native } from "./native.ts";

// What is forgotten is closed when it is collected, in a thread: closing a link may wait for the kernel.
const forgotten = new FinalizationRegistry<number>((fd) => {
  native.closeAsync(fd).catch(() => undefined);
});

/** Owns one file descriptor; base of maps, programs and links. */
export class Descriptor {
  #fd: number;
  readonly #what: string;

  constructor(fd: number, what: string) {
    this.#fd = fd;
    this.#what = what;
    forgotten.register(this, fd, this);
  }

  /** The descriptor. Throws EBADF after close. */
  get fd(): number {
    if (this.#fd < 0) throw new EbpfError(`${this.#what} is closed`, 9, "fd");
    return this.#fd;
  }

  get closed(): boolean {
    return this.#fd < 0;
  }

  /** Gives the descriptor up; -1 when that was done before. */
  release(): number {
    const fd = this.#fd;
    this.#fd = -1;
    if (fd >= 0) forgotten.unregister(this);
    return fd;
  }

  close(): void {
    const fd = this.release();
    if (fd >= 0) native.close(fd);
  }

  async closeAsync(): Promise<void> {
    const fd = this.release();
    if (fd >= 0) await native.closeAsync(fd);
  }

  async pin(path: string): Promise<void> {
    await guarded(() => native.pin(this.fd, path));
  }
}

/** Opens what is pinned at a path of a bpffs. Throws ENOENT, or EINVAL when something of another kind is there. */
export async function openPinned(path: string, kind: DescriptorKind): Promise<Descriptor> {
  return new Descriptor(await guarded(() => native.openPinned(path, kind)), `${kind} ${path}`);
}

/** Opens what the kernel knows by this number. Throws ENOENT. */
export function openId(id: number, kind: DescriptorKind): Descriptor {
  return new Descriptor(
    guard(() => native.openId(id, kind)),
    `${kind} ${id}`,
  );
}
