import { createHash } from "node:crypto";
import { headers, nuid } from "@nats-io/transport-node";
import { WeftError } from "@weft/netaddr";
import { type Core, getStored } from "./core.ts";
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
  const stream = `OBJ_${bucket}`;
  const root = `$O.${bucket}`;
  const metaSubject = (name: string) => `${root}.M.${base64Url(Buffer.from(name))}`;

  async function readMeta(name: string, signal?: AbortSignal): Promise<Meta | undefined> {
    const message = await getStored(core, stream, { last_by_subj: metaSubject(name) }, signal);
    const meta = message?.json<Meta>();
    return meta?.deleted === true ? undefined : meta;
  }

  async function publish(
    subject: string,
    data: Uint8Array,
    rollUp: boolean,
    signal?: AbortSignal,
  ): Promise<void> {
    const head = headers();
    if (rollUp) head.set("Nats-Rollup", "sub");
    try {
      await abortable(core.client.publish(subject, data, { headers: head, timeout: 5_000 }), signal);
    } catch (error) {
      throw fromNats(error, `writing to bucket ${bucket}`);
    }
  }

  async function put(name: string, bytes: Uint8Array, options: PutOptions = {}): Promise<string> {
    const { signal, metadata } = options;
    const hash = createHash("sha256").update(bytes).digest();
    const digest = `${digestPrefix}${base64Url(hash)}`;
    const old = await readMeta(name, signal);
    if (old?.digest === digest && metadata === undefined) return hash.toString("hex");
    const id = nuid.next();
    let chunks = 0;
    for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
      await publish(`${root}.C.${id}`, bytes.subarray(offset, offset + chunkBytes), false, signal);
      chunks += 1;
    }
    const meta = {
      name,
      bucket,
      nuid: id,
      size: bytes.length,
      chunks,
      digest,
      mtime: new Date().toISOString(),
    };
    const text = JSON.stringify({ ...meta, options: { max_chunk_size: chunkBytes }, metadata });
    await publish(metaSubject(name), new TextEncoder().encode(text), true, signal);
    if (old !== undefined) await forget(old);
    return hash.toString("hex");
  }

  /** Frees the chunks of what was replaced; who may not purge leaves them to the bucket's owner. */
  async function forget(old: Meta): Promise<void> {
    await core.manager.streams.purge(stream, { filter: `${root}.C.${old.nuid}` }).catch(() => undefined);
  }

  async function get(
    name: string,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<Uint8Array | undefined> {
    const meta = await readMeta(name, signal);
    if (meta === undefined) return undefined;
    const parts: Uint8Array[] = [];
    let from = 1;
    for (let chunk = 0; chunk < meta.chunks; chunk += 1) {
      const query = { seq: from, next_by_subj: `${root}.C.${meta.nuid}` };
      const message = await getStored(core, stream, query, signal);
      if (message === undefined) break;
      parts.push(message.data);
      from = message.seq + 1;
    }
    const bytes = Buffer.concat(parts);
    if (digestPrefix + base64Url(createHash("sha256").update(bytes).digest()) !== meta.digest) {
      throw new WeftError("INTERNAL", `object ${name} in ${bucket} is damaged: its SHA-256 differs`);
    }
    return Uint8Array.from(bytes);
  }

  async function info(name: string): Promise<ObjectInfo | undefined> {
    const meta = await readMeta(name);
    if (meta === undefined) return undefined;
    const sha256 = Buffer.from(meta.digest.slice(digestPrefix.length), "base64url").toString("hex");
    return { name, size: meta.size, sha256, metadata: meta.metadata ?? {} };
  }

  return { put, get, info };
}

/** URL-safe base64 with padding, as NATS writes names and digests. */
function base64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}
