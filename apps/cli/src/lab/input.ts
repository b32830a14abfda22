import { readScene, type Scene } from "@weft/lab";
import type { Resource } from "@weft/manifest";
import { type NetworkPolicy, parseNetworkPolicy } from "@weft/policy";
import type { Context } from "../context.ts";
import { readResources, refuseFindings } from "../documents.ts";
import { hostNames } from "./up.ts";

/** A scene whose policies were read as well. */
export interface LabInput {
  readonly scene: Scene;
  readonly policies: readonly NetworkPolicy[];
}

/** Reads what a lab is to run; INVALID_ARGUMENT with every finding of every file, before anything is started. */
export async function readInput(
  files: readonly string[],
  hosts: number,
  context: Context,
): Promise<LabInput> {
  const resources = await readResources(files, context.readInput);
  const { scene, diagnostics } = readScene(resources, hostNames(hosts));
  const parsed = scene.intent.filter(isPolicy).map(parseNetworkPolicy);
  refuseFindings([...diagnostics, ...parsed.flatMap((result) => (Array.isArray(result) ? result : []))]);
  return { scene, policies: parsed.filter((result) => !Array.isArray(result)) as NetworkPolicy[] };
}

function isPolicy(resource: Resource): boolean {
  return resource.kind === "NetworkPolicy";
}
