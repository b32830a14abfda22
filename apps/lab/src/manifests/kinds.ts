import type { Resource } from "@weft/manifest";

/** What the lab does with a manifest of a kind. */
type KindRole = "workload" | "compiler" | "lb" | "ignored";

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
};

/** Kinds of Kubernetes itself that mean nothing to a network of containers, or are written by its controllers. */
const ignoredKinds: ReadonlySet<string> = new Set([
  ...["APIService", "CSIDriver", "CSINode", "CSIStorageCapacity", "CertificateSigningRequest", "ClusterRole"],
  ...["ClusterRoleBinding", "ConfigMap", "ControllerRevision", "CronJob", "CustomResourceDefinition"],
  ...["EndpointSlice", "Endpoints", "Event", "FlowSchema", "HorizontalPodAutoscaler", "IPAddress"],
  ...["IngressClass", "Lease", "LimitRange", "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"],
  ...["MutatingWebhookConfiguration", "Node", "PersistentVolume", "PersistentVolumeClaim"],
  ...["PodDisruptionBudget", "PodTemplate", "PriorityClass", "PriorityLevelConfiguration"],
  ...["ReplicationController", "ResourceQuota", "Role", "RoleBinding", "RuntimeClass", "Secret"],
  ...["ServiceAccount", "ServiceCIDR", "StorageClass", "ValidatingAdmissionPolicy"],
  ...["ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration", "VolumeAttachment"],
]);

/** API groups in which an unknown kind is a slip of the pen: Weft's own, those of Kubernetes, and what looks like one. */
const ownGroups: ReadonlySet<string> = new Set([
  ...["policy.networking.k8s.io", "networking.k8s.io", "weft.dev", "rbac.authorization.k8s.io"],
  ...["admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "storage.k8s.io"],
  ...["certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io", "node.k8s.io"],
  ...["flowcontrol.apiserver.k8s.io", "scheduling.k8s.io"],
]);

/** What the lab does with a manifest; undefined: it does not know its kind. */
export function roleOf({ apiVersion, kind }: Pick<Resource, "apiVersion" | "kind">): KindRole | undefined {
  if (isForeign(apiVersion) || ignoredKinds.has(kind)) return "ignored";
  return Object.hasOwn(roles, kind) ? roles[kind] : undefined;
}

/** Why a manifest is ignored. A policy of somebody else's is nobody's here, and its author should know. */
export function ignoredReason({ apiVersion, kind }: Pick<Resource, "apiVersion" | "kind">): string {
  if (!isForeign(apiVersion)) return "nothing to do for a network";
  const group = groupOf(apiVersion);
  return /Polic(y|ies)$/.test(kind)
    ? `a policy of ${group}, which Weft does not enforce`
    : `it is of ${group}`;
}

/** Custom resources are of a group that is a domain of somebody's. */
function isForeign(apiVersion: string): boolean {
  const group = groupOf(apiVersion);
  return group.includes(".") && !ownGroups.has(group);
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

/** The kinds with one of these roles, in alphabetical order. */
export function kindsOf(...wanted: Exclude<KindRole, "ignored">[]): string[] {
  return Object.keys(roles)
    .filter((kind) => wanted.some((role) => role === roles[kind]))
    .sort();
}
