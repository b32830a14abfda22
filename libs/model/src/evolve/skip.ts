// What is on record and has no effect is passed, and noted.
import type { Envelope, Unreadable } from "@weft/log";
import type { Mesh, MutableMesh, Passed } from "../mesh.ts";

/** How many of the passed are remembered one by one. */
const rememberedMost = 16;
/** How many of them are remembered by their revision: who waits for one has to be told that it has no effect. */
const revisionsMost = 4096;
const messageMost = 300;

/** Passes what cannot be read, or is of a newer version, in place; returns the mesh. */
export function pass(
  state: Mesh,
  { revision, subject }: Pick<Envelope, "revision" | "subject">,
  type: string,
  { kind, message }: Unreadable | Pick<Passed, "kind" | "message">,
): Mesh {
  const mesh = state as MutableMesh;
  mesh.revision = Math.max(mesh.revision, revision);
  const passed = { revision, subject, type, kind, message: message.slice(0, messageMost) };
  const recent = [...mesh.passed.recent, passed].slice(-rememberedMost);
  const all = [...mesh.passed.revisions, revision];
  const forgotten = all.length > revisionsMost ? (all[0] ?? 0) : mesh.passed.forgotten;
  mesh.passed = { count: mesh.passed.count + 1, recent, revisions: all.slice(-revisionsMost), forgotten };
  return mesh;
}
