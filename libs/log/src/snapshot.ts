import { createHash } from "node:crypto";
import { vocabulary } from "./events.ts";
import type { Mark } from "./mark.ts";
import { snapshotsBucket } from "./streams.ts";
import type { Log } from "./types.ts";

/** A saved fold, and where in which log it is. */
export type Snapshot = { readonly mark: Mark; readonly bytes: Uint8Array };

type Identity = { readonly name: string; readonly version: number };

/**
 * The snapshot of a projection, if there is a usable one at or before the revision. Whatever is wrong with it
 * (damaged, signed by another, ahead of the log, not readable) makes it one that never was. Whether it is of this log is
 * for the caller to find out, by its mark.
 */
export async function readSnapshot(
  log: Log,
  projection: Identity,
  atMost: number,
  signal?: AbortSignal,
): Promise<Snapshot | undefined> {
  const bucket = log.objects(snapshotsBucket);
  const name = objectName(log, projection);
  try {
    const info = await bucket.info(name);
    const revision = Number(info?.metadata.revision);
    if (info === undefined || !Number.isSafeInteger(revision) || revision < 1 || revision > atMost)
      return undefined;
    const bytes = await bucket.get(name, signal === undefined ? {} : { signal });
    if (bytes === undefined) return undefined;
    const { event: id = "", missing = "", signature = "" } = info.metadata;
    const mark: Mark = { revision, id, missing: Number(missing) };
    const claimed = claim(name, { mark, bytes });
    const genuine = log.signer?.verify(claimed, Buffer.from(signature, "base64")) ?? true;
    return genuine && id !== "" ? { mark, bytes } : undefined;
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}

/** Saves a snapshot; that it cannot be saved is no failure. */
export async function writeSnapshot(
  log: Log,
  projection: Identity,
  snapshot: Snapshot,
  signal?: AbortSignal,
): Promise<void> {
  const name = objectName(log, projection);
  const signature = log.signer?.sign(claim(name, snapshot)) ?? new Uint8Array();
  const { revision, id, missing } = snapshot.mark;
  const metadata = {
    projection: projection.name,
    version: String(projection.version),
    revision: String(revision),
    event: id,
    missing: String(missing),
    signature: Buffer.from(signature).toString("base64"),
  };
  const stop = signal === undefined ? {} : { signal };
  await log
    .objects(snapshotsBucket)
    .put(name, snapshot.bytes, { metadata, ...stop })
    .catch(() => undefined);
}

/** Each user has its own: what one service saved is nothing another one should have to believe. So has each vocabulary. */
function objectName(log: Log, { name, version }: Identity): string {
  return [`${name}@${version}.${vocabulary}`, log.signer?.publicKey]
    .filter((part) => part !== undefined)
    .join(".");
}

function claim(name: string, { mark: { revision, id, missing }, bytes }: Snapshot): Uint8Array {
  const digest = createHash("sha256").update(bytes).digest("hex");
  return new TextEncoder().encode([name, revision, id, missing, digest].join(" "));
}
