// Snapshots of the fold: bytes that this version of the fold can read back. They are a cache; the log is the truth.
import { deserialize, serialize } from "node:v8";
import { WeftError } from "@weft/netaddr";
import { emptyMesh, type Mesh } from "./mesh.ts";

/** Version of the mesh's shape; a snapshot of another version is thrown away, not read. */
export const meshVersion = 8;

/** A mesh as bytes, in the structured clone format of V8 (maps, bigints and byte arrays survive as they are). */
export function encodeMesh(mesh: Mesh): Uint8Array {
  return serialize({ version: meshVersion, mesh });
}

/** The mesh that `encodeMesh` wrote; INVALID_ARGUMENT when the bytes are anything else. */
export function decodeMesh(bytes: Uint8Array): Mesh {
  let value: unknown;
  try {
    value = deserialize(bytes);
  } catch (cause) {
    throw new WeftError("INVALID_ARGUMENT", "these bytes are no snapshot of a mesh", { cause });
  }
  const { version, mesh } = (value ?? {}) as { version?: unknown; mesh?: unknown };
  if (version !== meshVersion || typeof mesh !== "object" || mesh === null) {
    throw new WeftError("INVALID_ARGUMENT", `a snapshot of version ${String(version)}`, {
      expected: `version ${meshVersion}`,
    });
  }
  const fields = Object.keys(emptyMesh());
  const missing = fields.find((field) => !(field in mesh));
  if (missing !== undefined) throw new WeftError("INVALID_ARGUMENT", `a snapshot without ${missing}`);
  return mesh as Mesh;
}
