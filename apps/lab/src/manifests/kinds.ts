/** What the lab does with a manifest of a kind. */
export type KindRole = "workload" | "compiler" | "lb" | "ignored";

const roles: Readonly<Record<string, KindRole>> = {
  DaemonSet: "workload",
  Deployment: "workload",
  Job: "workload",
  Pod: "workload",
  ReplicaSet: "workload",
  StatefulSet: "workload",
  ClusterNetworkPolicy: "compiler",
  Namespace: "compiler",
  NetworkPolicy: "compiler",
  Service: "lb",
  ...ignored(
    "ClusterRole",
    "ClusterRoleBinding",
    "ConfigMap",
    "CronJob",
    "CustomResourceDefinition",
    "HorizontalPodAutoscaler",
    "LimitRange",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "PodDisruptionBudget",
    "PriorityClass",
    "ResourceQuota",
    "Role",
    "RoleBinding",
    "RuntimeClass",
    "Secret",
    "ServiceAccount",
    "StorageClass",
  ),
};

function ignored(...kinds: string[]): Record<string, KindRole> {
  return Object.fromEntries(kinds.map((kind) => [kind, "ignored"]));
}

/** What the lab does with a kind; undefined: it does not know it. */
export function roleOf(kind: string): KindRole | undefined {
  return Object.hasOwn(roles, kind) ? roles[kind] : undefined;
}

/** The kinds with one of these roles, in alphabetical order. */
export function kindsOf(...wanted: KindRole[]): string[] {
  return Object.keys(roles)
    .filter((kind) => wanted.includes(roles[kind] ?? "ignored"))
    .sort();
}
