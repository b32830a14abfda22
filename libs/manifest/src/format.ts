import { stringify } from "yaml";

/** A resource as YAML that people would write: {@link parseManifests} reads an equal value from it. */
export function formatManifest(value: object): string {
  return stringify(value, { lineWidth: 110, aliasDuplicateObjects: false });
}
