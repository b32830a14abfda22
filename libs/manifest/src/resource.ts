import type { Path, Position } from "./diagnostic.ts";
import type { Place } from "./locate.ts";

/** One Kubernetes object as it was written. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  /** "default" when none is given; "" for kinds that have no namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The whole object as JSON, not checked beyond the fields above. */
  readonly value: unknown;
  /**
   * The text of this object alone, its comments included. Parsing it again as `{file, text: source, line}` gives an
   * equal resource with equal positions.
   */
  readonly source: string;
  readonly file: string;
  /** Line of the file at which `source` starts. */
  readonly line: number;
  /**
   * Where a field stands in the file: its value (the default) or its key. For a path that does not exist, the nearest
   * field around it.
   */
  locate(path: Path, place?: Place): Position;
}

/** Kinds without a namespace. */
export const clusterKinds: ReadonlySet<string> = new Set([
  "AdminNetworkPolicy",
  "APIService",
  "BaselineAdminNetworkPolicy",
  "ClusterNetworkPolicy",
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "IngressClass",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "RuntimeClass",
  "StorageClass",
  "ValidatingWebhookConfiguration",
]);
