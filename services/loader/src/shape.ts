// What a compiled object is made from: a policy without the revisions at which its rules were applied.
import { createHash } from "node:crypto";
import { weft } from "@weft/proto";
import type { KernelPolicy } from "./domain/policy.ts";

/** One shape of policy: containers whose rules decide alike share it, however often the rules were applied. */
export interface Shape {
  readonly key: string;
  readonly request: weft.v1.IBuildRequest;
}

const known = new WeakMap<KernelPolicy, Shape>();

/** The shape of a policy, derived once. */
export function shapeOf(policy: KernelPolicy): Shape {
  let shape = known.get(policy);
  if (shape === undefined) {
    const request = { entry: "container", policy: timeless(policy.tables) };
    const key = createHash("sha256").update(weft.v1.BuildRequest.encode(request).finish()).digest("hex");
    shape = { key, request };
    known.set(policy, shape);
  }
  return shape;
}

function timeless({ ingress, egress }: weft.v1.IPolicyTables): weft.v1.IPolicyTables {
  return {
    ...(ingress ? { ingress: withoutRevisions(ingress) } : {}),
    ...(egress ? { egress: withoutRevisions(egress) } : {}),
  };
}

function withoutRevisions(table: weft.v1.IPolicyTable): weft.v1.IPolicyTable {
  const { verdicts } = table;
  return verdicts ? { ...table, verdicts: verdicts.map((verdict) => ({ ...verdict, revision: 0 })) } : table;
}
