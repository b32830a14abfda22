import { evolve } from "./evolve/index.ts";
import { pass } from "./evolve/skip.ts";
import { emptyMesh, type Mesh } from "./mesh.ts";
import { decodeMesh, encodeMesh, meshVersion } from "./snapshot.ts";

/** The mesh as a projection for `fold`: start, step, and how it is kept as a snapshot. */
export const meshProjection = {
  name: "mesh",
  version: meshVersion,
  initial: (): Mesh => emptyMesh(),
  evolve,
  pass,
  encode: encodeMesh,
  decode: decodeMesh,
};
