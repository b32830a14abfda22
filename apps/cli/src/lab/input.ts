import { readScene, type Scene } from "@weft/lab";
import { type Policy, parsePolicy } from "@weft/policy";
import type { Context } from "../context.ts";
import { readResources, refuseFindings } from "../documents.ts";
import { isPolicy } from "../mesh/submit.ts";
import { hostNames } from "./up.ts";

/** A scene whose policies were read as well. */
export interface LabInput {
  readonly scene: Scene;
  readonly policies: readonly Policy[];
}

/** Reads what a lab is to run; INVALID_ARGUMENT with every finding of every file, before anything is started. */
export async function readInput(
  files: readonly string[],
  hosts: number,
  context: Context,
): Promise<LabInput> {
  const resources = await readResources(files, context);
  const { scene, diagnostics } = readScene(resources, hostNames(hosts));
  const parsed = scene.intent.filter(isPolicy).map(parsePolicy);
  refuseFindings([...diagnostics, ...parsed.flatMap((result) => (Array.isArray(result) ? result : []))]);
  return { scene, policies: parsed.filter((result) => !Array.isArray(result)) as Policy[] };
}
