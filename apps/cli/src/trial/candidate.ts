import type { Resource } from "@weft/manifest";
import { type Mesh, policyView } from "@weft/model";
import { WeftError } from "@weft/netaddr";
import { type PolicyView, parsePolicy } from "@weft/policy";
import { refuseFindings } from "../documents.ts";
import { isPolicy } from "../mesh/submit.ts";

/** A policy to be taken away: "" as the namespace is for those of the cluster. */
export interface PolicyPath {
  readonly namespace: string;
  readonly name: string;
}

/** What policies would see if resources were applied and others deleted. Services are none of theirs. */
export function candidateView(
  mesh: Mesh,
  resources: readonly Resource[],
  deletes: readonly PolicyPath[],
): PolicyView {
  const view = policyView(mesh);
  const key = ({ kind, namespace, name }: { kind: string; namespace: string; name: string }) =>
    `${kind}/${namespace}/${name}`;
  const policies = new Map(view.policies.map((stamped) => [key(stamped.policy), stamped]));
  for (const path of deletes) {
    const gone = [...policies].filter(([, { policy }]) => isAt(policy, path));
    if (gone.length === 0) throw missing(path);
    for (const [one] of gone) policies.delete(one);
  }
  const namespaces = new Map(view.namespaces);
  for (const resource of resources) {
    if (resource.kind === "Namespace") namespaces.set(resource.name, resource.labels);
    if (!isPolicy(resource)) continue;
    const policy = parsePolicy(resource);
    if (Array.isArray(policy)) refuseFindings(policy);
    else policies.set(key(policy), { policy, revision: mesh.revision + 1 });
  }
  return { ...view, namespaces, policies: [...policies.values()] };
}

function isAt(policy: PolicyPath, { namespace, name }: PolicyPath): boolean {
  return policy.namespace === namespace && policy.name === name;
}

function missing({ namespace, name }: PolicyPath): WeftError {
  const what = namespace === "" ? `ClusterNetworkPolicy ${name}` : `policy ${namespace}/${name}`;
  return new WeftError("NOT_FOUND", `there is no ${what}`, {
    field: "--delete",
    expected: "one that weft get policies lists",
  });
}
