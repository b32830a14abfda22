import { createHash } from "node:crypto";

/** Files by path, relative to the root of the datapath. */
export type Files = ReadonlyMap<string, string>;

/** A file or folder of this machine that a command sees, read-only. */
export interface Bound {
  readonly from: string;
  /** Where it is seen; an absolute path. */
  readonly at: string;
  readonly folder?: boolean;
}

/** Everything that has a bearing on the bytes of an object. */
export interface BuildInputs {
  /** Name of the entry file without its ending. */
  readonly entry: string;
  readonly sources: Files;
  /** Files made for this object; they stand before the sources on the include path. */
  readonly generated: Files;
  readonly flags: readonly string[];
  /** What the compiler says of itself. */
  readonly compiler: string;
  /** The system headers it is given, by absolute path: there are no others. */
  readonly headers: Files;
  /** What of this machine the compiler needs to run; `compiler` stands for it in the digest. */
  readonly program: readonly Bound[];
}

/** SHA-256 in hex. */
export function sha256(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** One digest for many files, whatever their order. */
function digestFiles(files: Files): string {
  const lines = [...files].map(([path, text]) => `${sha256(text)}  ${path}\n`);
  return sha256(lines.sort().join(""));
}

/** The key of an object: equal inputs, equal key. */
export function digestInputs(inputs: BuildInputs): string {
  const { entry, sources, generated, flags, compiler, headers } = inputs;
  const files = [sources, generated, headers].map(digestFiles);
  const parts = [entry, ...files, [...flags], compiler];
  return sha256(JSON.stringify(parts));
}
