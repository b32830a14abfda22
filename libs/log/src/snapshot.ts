import type { Log } from "./types.ts";

/** A saved fold. */
export type Snapshot = { readonly revision: number; readonly bytes: Uint8Array };

type Identity = { readonly name: string; readonly version: number };

/** The snapshot of a projection, if there is a usable one at or before the revision. */
export async function readSnapshot(
  _log: Log,
  _projection: Identity,
  _atMost: number,
  _signal?: AbortSignal,
): Promise<Snapshot | undefined> {
  return undefined;
}

/** Saves a snapshot; that it cannot be saved is no failure. */
export async function writeSnapshot(
  _log: Log,
  _projection: Identity,
  _snapshot: Snapshot,
  _signal?: AbortSignal,
): Promise<void> {}
