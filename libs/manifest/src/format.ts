import { stringify, type Tags } from "yaml";
import { unclearTag } from "./unclear.ts";

/** A resource as YAML that people would write: {@link parseManifests} reads an equal value from it. */
export function formatManifest(value: object): string {
  const customTags = (tags: Tags) => [unclearTag, ...tags];
  return stringify(value, { lineWidth: 110, aliasDuplicateObjects: false, customTags });
}
