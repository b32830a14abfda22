// Whether the maps of every container can hold what policies come to, asked before anything is on record (ADR 0003).
import { keepFold, type Log } from "@weft/log";
import { type Mesh, meshProjection } from "@weft/model";
import { toWeftError, WeftError } from "@weft/netaddr";
import { sizeQuestions } from "./domain/fit.ts";
import type { Intent } from "./domain/intents.ts";
import { limiter } from "./limiter.ts";

/** Work on the mesh as it is on record; nothing changes it until the work is done. */
type WithMesh = <Result>(work: (mesh: Mesh) => Promise<Result>, signal?: AbortSignal) => Promise<Result>;

/** One at a time, and who may wait; who asks makes no difference. */
const turns = { most: 1, spare: 0, longest: 10_000 } as const;

/** The mesh of a log. The fold is kept: whoever asks reads only what is new, and one who leaves takes no one's work along. */
export function openMesh(log: Log): WithMesh {
  const inTurn = limiter(turns);
  const upToDate = keepFold(log, meshProjection);
  return (work, signal) => inTurn("", async () => work((await upToDate(signal)).state), signal);
}

/** Throws RESOURCE_EXHAUSTED, with the numbers and the place of the policy, if what is intended cannot be enforced. */
export async function checkFit(
  mesh: Mesh,
  intents: readonly Intent[],
  pause: () => Promise<void>,
): Promise<void> {
  for (const { ask, locate } of sizeQuestions(mesh, intents)) {
    try {
      ask();
    } catch (thrown) {
      const { code, message, field, expected } = toWeftError(thrown);
      const diagnostics = [locate(message, expected ?? "")];
      const details = { ...(field && { field }), ...(expected && { expected }), diagnostics };
      throw new WeftError(code, `${message}; nothing was changed`, details);
    }
    await pause();
  }
}
