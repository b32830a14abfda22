// The bytes of objects, in the mesh's object store, beside what is on record of them.
import { type Log, objectsBucket } from "@weft/log";
import { WeftError } from "@weft/netaddr";
import { type Compiled, contentOf } from "./clang.ts";
import type { BuildInputs } from "./domain/digest.ts";
import type { ObjectCommand, ObjectState } from "./domain/object.ts";

/** What an object was made of: its entry file, and what the compiler says of itself. */
export type Origin = Pick<BuildInputs, "entry" | "compiler">;

/** Where the bytes of objects are. */
interface ObjectStore {
  /** Stores an object; answers what is to be put on record of it, or of the errors. */
  put(compiled: Exclude<Compiled, { kind: "Fault" }>, from: Origin, digest: string): Promise<ObjectCommand>;
  /** Whether the store has not, or no longer, the bytes that are on record. */
  isLost(state: ObjectState): Promise<boolean>;
  /** Stores again what is on record. Throws INTERNAL if it is other bytes: equal inputs give equal ones. */
  putBack(compiled: Compiled, state: ObjectState): Promise<void>;
}

/** The store of a mesh. */
export function openObjectStore(log: Log): ObjectStore {
  const objects = log.objects(objectsBucket);
  return {
    async put(compiled, { entry, compiler }, digest) {
      if (compiled.kind === "Errors") {
        const diagnostics = compiled.diagnostics.map((each) => ({ ...each }));
        return { kind: "Refused", data: { digest, kind: entry, compiler, diagnostics } };
      }
      const { bytes, durationUs } = compiled;
      const name = `${entry}-${digest}.o`;
      // The bytes go first: an object on record can always be fetched.
      await objects.put(name, bytes);
      const content = contentOf(bytes);
      const data = { digest, name, bytes: bytes.length, kind: entry, compiler, durationUs, content };
      return { kind: "Built", data };
    },
    async isLost(state) {
      return state.kind === "Built" && (await objects.info(state.name))?.sha256 !== state.content;
    },
    async putBack(compiled, state) {
      if (state.kind !== "Built") return;
      const bytes = compiled.kind === "Object" ? compiled.bytes : new Uint8Array();
      if (contentOf(bytes) !== state.content) {
        const message = `object ${state.name} is lost, and what is compiled now is not what is on record`;
        throw new WeftError("INTERNAL", message, { expected: `SHA-256 ${state.content}` });
      }
      await objects.put(state.name, bytes);
    },
  };
}
