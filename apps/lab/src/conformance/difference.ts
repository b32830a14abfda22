import { type Labels, sameLabels } from "@weft/netaddr";
import type { NamedManifest } from "./schema.ts";

/** What of a mesh a step is about. */
export interface WorldState {
  readonly policies: readonly NamedManifest[];
  /** Labels by "namespace/name". */
  readonly pods: Readonly<Record<string, Labels>>;
  readonly namespaces: Readonly<Record<string, Labels>>;
}

/** A mesh with nothing in it. */
export const emptyState: WorldState = { policies: [], pods: {}, namespaces: {} };

/** What has to be done to get from one state to another. */
export interface Difference {
  /** Manifests to take off record. */
  readonly deletes: readonly NamedManifest[];
  /** Manifests to put on record. */
  readonly applies: readonly NamedManifest[];
  readonly removedPods: readonly string[];
  readonly addedPods: readonly string[];
  readonly relabelledPods: readonly string[];
}

/** The difference between two states. */
export function differenceOf(before: WorldState, after: WorldState): Difference {
  const old = byKey(manifestsOf(before));
  const next = byKey(manifestsOf(after));
  const isNew = ([key, manifest]: [string, NamedManifest]) =>
    JSON.stringify(old.get(key)) !== JSON.stringify(manifest);
  const names = Object.keys(after.pods);
  const known = names.filter((name) => before.pods[name] !== undefined);
  return {
    deletes: [...old].filter(([key]) => !next.has(key)).map(([, manifest]) => manifest),
    applies: [...next].filter(isNew).map(([, manifest]) => manifest),
    removedPods: Object.keys(before.pods).filter((name) => after.pods[name] === undefined),
    addedPods: names.filter((name) => before.pods[name] === undefined),
    relabelledPods: known.filter((name) => !sameLabels(before.pods[name] ?? {}, after.pods[name] ?? {})),
  };
}

/** Namespaces first: policies and pods are in them. */
function manifestsOf({ namespaces, policies }: WorldState): NamedManifest[] {
  const own = Object.entries(namespaces).map(([name, labels]) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels },
  }));
  return [...own, ...policies];
}

function byKey(manifests: readonly NamedManifest[]): Map<string, NamedManifest> {
  return new Map(manifests.map((manifest) => [manifestKey(manifest), manifest]));
}

/** What tells objects apart. By API group, too: NetworkPolicies of Kubernetes and of Weft are two of one name. */
export function manifestKey({ apiVersion, kind, metadata }: NamedManifest): string {
  const { namespace = "", name } = metadata;
  const [group = ""] = apiVersion.split("/");
  return `${group} ${kind} ${namespace}/${name}`;
}
