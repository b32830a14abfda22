// Events that this version does not know: they are part of history, and what they mean is missing from the mesh.
import type { Mesh, MutableMesh } from "../mesh.ts";

/** Passes what is on record and decides nothing: an event that is not of its subject, or is none. */
export function pass(state: Mesh, revision: number): void {
  const mesh = state as MutableMesh;
  mesh.revision = Math.max(mesh.revision, revision);
}

/** Takes note of an event that cannot be put into the mesh. The first one stays noted: all that follows lacks it. */
export function skip(state: Mesh, revision: number, type: string): void {
  const mesh = state as MutableMesh;
  pass(state, revision);
  if (mesh.unknown === undefined || revision < mesh.unknown.revision) mesh.unknown = { revision, type };
}
