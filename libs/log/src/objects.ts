import { createHash } from "node:crypto";
import { headers, nuid } from "@nats-io/transport-node";
import { WeftError } from "@weft/netaddr";
import { type Core, getStored, onThisConnection } from "./core.ts";
import { fromNats } from "./errors.ts";
import { abortable } from "./retry.ts";
import type { ObjectInfo, Objects, PutOptions } from "./types.ts";

/** Bytes of one chunk; NATS's own default. */
const chunkBytes = 128 * 1024;
const digestPrefix = "SHA-256=";

/** Meta message of NATS's object store (ADR-20). */
type Meta = {
  readonly name: string;
  readonly bucket: string;
  readonly nuid: string;
  readonly size: number;
  readonly chunks: number;
  readonly digest: string;
  readonly deleted?: boolean;
  readonly metadata?: Record<string, string>;
};

/**
 * A bucket in the format of NATS's object store, so that every NATS client can read it. Reading takes plain message
 * gets: a user needs no right to create consumers on the bucket, and a small object costs two round trips.
 */
export function openObjects(core: Core, bucket: string): Objects {
  return new Bucket(core, bucket);
}

class Bucket implements Objects {
  readonly #core: Core;
  readonly #bucket: string;
  readonly #stream: string;
  readonly #root: string;

  constructor(core: Core, bucket: string) {
    this.#core = core;
    this.#bucket = bucket;
    this.#stream = `OBJ_${bucket}`;
    this.#root = `$O.${bucket}`;
  }

  async put(name: string, bytes: Uint8Array, options: PutOptions = {}): Promise<string> {
    const { signal, metadata } = options;
    const hash = createHash("sha256").update(bytes).digest();
    const digest = `${digestPrefix}${base64Url(hash)}`;
    const old = await this.#readMeta(name, signal);
    if (old?.digest === digest && metadata === undefined) return hash.toString("hex");
    const id = nuid.next();
    let chunks = 0;
    for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
      const chunk = bytes.subarray(offset, offset + chunkBytes);
      await this.#publish(`${this.#root}.C.${id}`, chunk, false, signal);
      chunks += 1;
    }
    const mtime = new Date().toISOString();
    const meta = { name, bucket: this.#bucket, nuid: id, size: bytes.length, chunks, digest, mtime };
    const text = JSON.stringify({ ...meta, options: { max_chunk_size: chunkBytes }, metadata });
    await this.#publish(this.#metaSubject(name), new TextEncoder().encode(text), true, signal);
    if (old !== undefined) await this.#forget(old);
    return hash.toString("hex");
  }

  async get(
    name: string,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<Uint8Array | undefined> {
    const meta = await this.#readMeta(name, signal);
    if (meta === undefined) return undefined;
    const parts: Uint8Array[] = [];
    let from = 1;
    for (let chunk = 0; chunk < meta.chunks; chunk += 1) {
      const query = { seq: from, next_by_subj: `${this.#root}.C.${meta.nuid}` };
      const message = await getStored(this.#core, this.#stream, query, signal);
      if (message === undefined) break;
      parts.push(message.data);
      from = message.seq + 1;
    }
    const bytes = Buffer.concat(parts);
    if (digestPrefix + base64Url(createHash("sha256").update(bytes).digest()) !== meta.digest) {
      const message = `object ${name} in ${this.#bucket} is damaged: its SHA-256 differs`;
      throw new WeftError("INTERNAL", message);
    }
    return Uint8Array.from(bytes);
  }

  async info(name: string): Promise<ObjectInfo | undefined> {
    const meta = await this.#readMeta(name);
    if (meta === undefined) return undefined;
    const sha256 = Buffer.from(meta.digest.slice(digestPrefix.length), "base64url").toString("hex");
    return { name, size: meta.size, sha256, metadata: meta.metadata ?? {} };
  }

  #metaSubject(name: string): string {
    return `${this.#root}.M.${base64Url(Buffer.from(name))}`;
  }

  async #readMeta(name: string, signal?: AbortSignal): Promise<Meta | undefined> {
    const query = { last_by_subj: this.#metaSubject(name) };
    const meta = (await getStored(this.#core, this.#stream, query, signal))?.json<Meta>();
    return meta?.deleted === true ? undefined : meta;
  }

  async #publish(subject: string, data: Uint8Array, rollUp: boolean, signal?: AbortSignal): Promise<void> {
    const head = headers();
    if (rollUp) head.set("Nats-Rollup", "sub");
    try {
      const sent = this.#core.client.publish(subject, data, { headers: head, timeout: 5_000 });
      await abortable(onThisConnection(this.#core, sent), signal);
    } catch (error) {
      throw fromNats(error, `writing to bucket ${this.#bucket}`);
    }
  }

  /** Frees the chunks of what was replaced; who may not purge leaves them to the bucket's owner. */
  async #forget(old: Meta): Promise<void> {
    const filter = `${this.#root}.C.${old.nuid}`;
    await this.#core.manager.streams.purge(this.#stream, { filter }).catch(() => undefined);
  }
}

/** URL-safe base64 with padding, as NATS writes names and digests. */
function base64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}
