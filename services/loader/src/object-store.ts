// Objects from the mesh's object store, held against the log.
import { createHash } from "node:crypto";
import { type Log, objectsBucket, subjects } from "@weft/log";
import { WeftError } from "@weft/netaddr";

/**
 * Fetches the bytes of an object that is on record; undefined when none is, or the store does not have it. Throws INTERNAL
 * for bytes that are not those on record: the store is writable, what was compiled is what the log says.
 */
export function objectFetcher(log: Log): (digest: string) => Promise<Uint8Array | undefined> {
  const store = log.objects(objectsBucket);
  return async (digest) => {
    const built = await log.last(subjects.object(digest));
    if (built?.type !== "ObjectBuilt") return undefined;
    const { name, content } = built.data;
    const bytes = await store.get(name);
    if (bytes === undefined) return undefined;
    const found = createHash("sha256").update(bytes).digest("hex");
    if (found === content && built.data.digest === digest) return bytes;
    const message = `object ${name} of the store is not the one on record at revision ${built.revision}: its SHA-256 is ${found}`;
    throw new WeftError("INTERNAL", message, { expected: content });
  };
}
