import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseManifests, type Resource } from "@weft/manifest";

/** Resources of a manifest text, which must be right. */
export function resourcesOf(text: string, file = "test.yaml"): Resource[] {
  const { resources, diagnostics } = parseManifests([{ file, text }]);
  if (diagnostics.length > 0) throw new Error(diagnostics.map((one) => one.message).join("; "));
  return resources;
}

/** Resources of the Online Boutique, as `npm start` runs it. */
export function onlineBoutique(): Resource[] {
  const directory = join(import.meta.dirname, "..", "..", "..", "examples", "online-boutique");
  return ["kubernetes-manifests.yaml", "network-policies.yaml"].flatMap((file) =>
    resourcesOf(readFileSync(join(directory, file), "utf8"), file),
  );
}
