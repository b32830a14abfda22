import { constants } from "node:os";
import { EbpfError, errnoName, guarded } from "./error.ts";
import { type NativeReply, type NativeRequest, native } from "./native.ts";
import { netnsPath } from "./netns-path.ts";

/** A change to a network namespace, as data. Run it with `runNetwork`, several of them in one thread and one go. */
export type NetworkOperation = Omit<NativeRequest, "tolerate"> & {
  /** Errors that mean the thing is as wanted ("EEXIST" when adding, "ENOENT" when deleting). */
  readonly tolerate?: readonly string[];
};

/** Asked of every netlink operation that stands alone. */
export interface InNetns {
  /** A network namespace: a path, or a name of `ip netns`; default the calling process's own. */
  readonly netns?: string;
  /** Errors that are none here. */
  readonly tolerate?: readonly string[];
}

const order = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const headerBytes = 16;
const byName = new Map<string, number>(Object.entries(constants.errno));

/**
 * Runs operations one after the other inside a network namespace, in a thread of its own. The first that fails stops
 * it: EbpfError, whose `call` names the operation. What was done before stays.
 */
export async function runNetwork(
  netns: string | undefined,
  operations: readonly NetworkOperation[],
): Promise<void> {
  await request(netns, operations);
}

/** As `runNetwork`, with the kernel's answers. */
export function request(
  netns: string | undefined,
  operations: readonly NetworkOperation[],
): Promise<NativeReply[]> {
  const requests = operations.map((operation) => ({
    ...operation,
    tolerate: (operation.tolerate ?? []).map((name) => byName.get(name) ?? unknownErrno(name)),
  }));
  return guarded(() => native.netRun(netnsPath(netns), requests));
}

function unknownErrno(name: string): never {
  throw new EbpfError(`${errnoName(22)}: there is no error ${name}`, 22, "tolerate");
}

/** Puts a netlink message together. */
export class MessageWriter {
  readonly #bytes: number[] = [];
  readonly #patches: { offset: number; ifname?: string; netns?: string }[] = [];

  /** The header; NLM_F_REQUEST and, unless it is a dump, NLM_F_ACK are set. */
  constructor(type: number, flags: number) {
    this.u32(0)
      .u16(type)
      .u16(flags | 1 | ((flags & 0x300) === 0x300 ? 0 : 4))
      .u32(0)
      .u32(0);
  }

  u8(value: number): this {
    this.#bytes.push(value & 0xff);
    return this;
  }

  u16(value: number): this {
    return this.bytes(new Uint8Array(new Uint16Array([value]).buffer));
  }

  u32(value: number): this {
    return this.bytes(new Uint8Array(new Uint32Array([value]).buffer));
  }

  bytes(bytes: Uint8Array): this {
    this.#bytes.push(...bytes);
    return this;
  }

  /** A device's index: the number, or the name's, looked up when the message is sent. */
  device(device: { readonly ifname?: string; readonly ifindex?: number }): this {
    if (device.ifindex === undefined && device.ifname !== undefined) {
      this.#patches.push({ offset: this.#bytes.length, ifname: device.ifname });
    }
    return this.u32(device.ifindex ?? 0);
  }

  /** An attribute with what `write` puts into it; padded to 4 bytes. */
  attribute(type: number, write: (into: this) => unknown): this {
    const start = this.#bytes.length;
    this.u16(0).u16(type);
    write(this);
    const length = this.#bytes.length - start;
    this.#bytes.splice(start, 2, ...new Uint8Array(new Uint16Array([length]).buffer));
    while (this.#bytes.length % 4 !== 0) this.u8(0);
    return this;
  }

  /** An attribute that is a NUL-terminated string. */
  text(type: number, text: string): this {
    return this.attribute(type, (into) => into.bytes(new TextEncoder().encode(`${text}\0`)));
  }

  /** An attribute that is the descriptor of a network namespace, opened when the message is sent. */
  netns(type: number, netns: string): this {
    return this.attribute(type, (into) => {
      this.#patches.push({ offset: this.#bytes.length, netns: netnsPath(netns) });
      into.u32(0);
    });
  }

  /** The operation of this message. */
  operation(call: string, tolerate: readonly string[] = []): NetworkOperation {
    return { call, message: Uint8Array.from(this.#bytes), patches: this.#patches, tolerate };
  }
}

/** A received message: the header of its family, and its attributes by type. */
export interface Message {
  readonly type: number;
  readonly header: DataView;
  readonly attributes: ReadonlyMap<number, Uint8Array>;
}

/** Takes a message apart whose family header has this many bytes. */
export function parseMessage(bytes: Uint8Array, familyBytes: number): Message {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    type: view.getUint16(4, order),
    header: new DataView(bytes.buffer, bytes.byteOffset + headerBytes, familyBytes),
    attributes: parseAttributes(bytes.subarray(headerBytes + familyBytes)),
  };
}

/** Attributes by type; of several of one type the last. */
export function parseAttributes(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const attributes = new Map<number, Uint8Array>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = view.getUint16(at, order);
    if (length < 4) break;
    attributes.set(view.getUint16(at + 2, order) & 0x3fff, bytes.subarray(at + 4, at + length));
    at += Math.ceil(length / 4) * 4;
  }
  return attributes;
}

/** The first four bytes as an integer; undefined when there is no such attribute. */
export function u32(bytes: Uint8Array | undefined): number | undefined {
  if (bytes === undefined || bytes.length < 4) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, order);
}

/** A NUL-terminated string. */
export function text(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes?.subarray(0, bytes.indexOf(0) < 0 ? undefined : bytes.indexOf(0)));
}

/** True when messages are little-endian, as everything netlink is in the machine's order. */
export const nativeOrder = order;
