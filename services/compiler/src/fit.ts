// Whether the maps of every container can hold what policies come to, asked before anything is on record (ADR 0003).
import { setImmediate } from "node:timers/promises";
import { fold, type Log } from "@weft/log";
import { evolve, type Mesh, meshProjection } from "@weft/model";
import { toWeftError, WeftError } from "@weft/netaddr";
import { sizeQuestions } from "./domain/fit.ts";
import type { Intent } from "./domain/intents.ts";

/** Throws RESOURCE_EXHAUSTED, with the numbers and the place of the policy, if what is intended cannot be enforced. */
export type Fit = (intents: readonly Intent[], signal?: AbortSignal) => Promise<void>;

/** The check against the mesh of a log. The fold is kept: each check reads only what is new. */
export function openFit(log: Log): Fit {
  let known: Promise<Mesh> | undefined;
  async function upToDate(before: Promise<Mesh> | undefined, signal?: AbortSignal): Promise<Mesh> {
    const stop = signal === undefined ? {} : { signal };
    const mesh = await before?.catch(() => undefined);
    if (mesh === undefined) return (await fold(log, meshProjection, stop)).state;
    for await (const event of log.read({ from: mesh.revision + 1, ...stop })) evolve(mesh, event);
    return mesh;
  }
  return async (intents, signal) => {
    known = upToDate(known, signal);
    const mesh = await known;
    for (const { ask, locate } of sizeQuestions(mesh, intents)) {
      try {
        ask();
      } catch (thrown) {
        const { code, message, field, expected } = toWeftError(thrown);
        const diagnostics = [locate(message, expected ?? "")];
        const details = { ...(field && { field }), ...(expected && { expected }), diagnostics };
        throw new WeftError(code, `${message}; nothing was changed`, details);
      }
      // A large mesh has many kinds of containers, and others wait for an answer.
      await setImmediate();
      signal?.throwIfAborted();
    }
  };
}
