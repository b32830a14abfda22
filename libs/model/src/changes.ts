// What events changed of what policies depend on, noted for those who follow a mesh.
import type { Mesh, MutableMesh } from "./mesh.ts";

/** Where to look in the mesh for what is different, or gone, now. */
export type Change =
  | { readonly kind: "endpoint"; readonly host: string; readonly id: string }
  | { readonly kind: "identity"; readonly identity: number }
  | { readonly kind: "namespace"; readonly name: string }
  | { readonly kind: "host"; readonly name: string }
  /** Key of `Mesh.policies`. */
  | { readonly kind: "policy"; readonly key: string };

/** What changed since somebody last asked. */
export interface Journal {
  /** Undefined: anything may have. */
  take(): readonly Change[] | undefined;
}

/** Changes that are kept for somebody who does not ask: then all is looked at again. */
const keptMost = 10_000;

class Notes implements Journal {
  readonly #mesh: Mesh;
  #changes: Change[] | undefined = [];
  #noted: number;

  constructor(mesh: Mesh) {
    this.#mesh = mesh;
    this.#noted = mesh.policyRevision;
  }

  add(revision: number, changes: readonly Change[]): void {
    this.#noted = revision;
    this.#changes?.push(...changes);
    if ((this.#changes?.length ?? 0) > keptMost) this.#changes = undefined;
  }

  take(): readonly Change[] | undefined {
    // A revision that nobody made a note of: who knows what it changed.
    const complete = this.#mesh.policyRevision === this.#noted;
    const changes = complete ? this.#changes : undefined;
    this.#changes = [];
    this.#noted = this.#mesh.policyRevision;
    return changes;
  }
}

const notes = new WeakMap<Mesh, Notes[]>();

/** Begins to note the changes of a mesh; the journal lives as long as the mesh. */
export function followChanges(mesh: Mesh): Journal {
  const made = new Notes(mesh);
  notes.set(mesh, [...(notes.get(mesh) ?? []), made]);
  return made;
}

/** An event changed what policies, and so what kernels, depend on. */
export function changed(mesh: MutableMesh, revision: number, ...changes: readonly Change[]): void {
  mesh.kernelRevision = revision;
  mesh.policyRevision = revision;
  for (const one of notes.get(mesh) ?? []) one.add(revision, changes);
}
