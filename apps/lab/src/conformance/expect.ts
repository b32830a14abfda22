import type { Family } from "@weft/netaddr";
import { type OracleMesh, type OraclePod, oracle } from "@weft/policy/oracle";
import type { PodPort } from "../manifests/pods.ts";
import type { WorldPlan } from "./plan.ts";
import { selectedPods } from "./policies.ts";
import { cellText, triedPorts } from "./ports.ts";
import type { ConformanceStep, NamedManifest } from "./schema.ts";
import { dependsOnAddresses, translatePolicy } from "./translate.ts";

/** One connection of a step, and what should become of it. */
export interface Cell {
  /** As files write it: "x/a>x/b:80/TCP". */
  readonly text: string;
  readonly from: string;
  readonly to: string;
  readonly protocol: PodPort["protocol"];
  readonly port: number;
  readonly family: Family;
  readonly expected: "allowed" | "blocked";
}

/** A step as the lab carries it out. */
export interface StepPlan {
  readonly state: Pick<ConformanceStep, "pods" | "namespaces">;
  /** Those of the file, address blocks moved to where the lab's addresses are. */
  readonly policies: readonly NamedManifest[];
  /** Where the expectations are from: the file, or evaluated anew because the pods have other addresses. */
  readonly expectation: "file" | "recomputed";
  readonly cells: readonly Cell[];
  /** Pods that a NetworkPolicy selects. */
  readonly selected: readonly string[];
}

/** What a step's cells are, of every pod to every other one, in each family. */
export function planStep(step: ConformanceStep, plan: WorldPlan, families: readonly Family[]): StepPlan {
  const prefixes = plan.hosts
    .flatMap((host) => host.prefixes)
    .filter(({ address }) => families.includes(address.family));
  const policies = step.policies.map((policy) => translatePolicy(policy, plan.layout, prefixes));
  const recomputed = dependsOnAddresses(step);
  const blocked = new Set(step.blocked);
  const isBlocked = (from: string, to: string, port: PodPort, family: Family): boolean => {
    if (!recomputed) return blocked.has(cellText(from, to, port));
    const end = (id: string) => oraclePod(id, step, plan, family);
    const mesh = { policies: policies as OracleMesh["policies"], namespaces: step.namespaces };
    return !oracle(mesh, end(from), end(to), port);
  };
  const names = Object.keys(step.pods);
  const ports = triedPorts(step, plan.served);
  const cells = families.flatMap((family) =>
    names.flatMap((from) =>
      names
        .filter((to) => to !== from)
        .flatMap((to) =>
          ports.map((port): Cell => {
            const expected = isBlocked(from, to, port, family) ? "blocked" : "allowed";
            const { protocol, port: number } = port;
            return { text: cellText(from, to, port), from, to, protocol, port: number, family, expected };
          }),
        ),
    ),
  );
  const expectation = recomputed ? "recomputed" : "file";
  return { state: step, policies, expectation, cells, selected: selectedPods(step) };
}

function oraclePod(id: string, { pods }: ConformanceStep, plan: WorldPlan, family: Family): OraclePod {
  const planned = plan.pods.get(id);
  const address = family === 6 ? planned?.addresses?.ipv6 : planned?.addresses?.ipv4;
  if (planned === undefined || address === undefined) throw new RangeError(`${id} has no planned address`);
  return { namespace: planned.namespace, labels: pods[id] ?? {}, address, ports: plan.served };
}
