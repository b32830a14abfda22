import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parsePrefix } from "@weft/netaddr";
import type { ConformanceHost } from "./plan.ts";

/** Text of the cases that the repository ships. */
export function shippedCases(): string {
  const data = join(import.meta.dirname, "..", "..", "..", "..", "tests", "data", "netpol");
  return readFileSync(join(data, "cases.json"), "utf8");
}

/** Hosts h1, h2 ... with a /64 and a /24 each. */
export function plainHosts(count: number): ConformanceHost[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `h${index + 1}`,
    prefixes: [parsePrefix(`fd00:77:77:${index + 1}::/64`), parsePrefix(`10.77.${index}.0/24`)],
  }));
}

/** A file of one case with one step, some of it replaced. */
export function oneStep(step: Readonly<Record<string, unknown>> = {}): string {
  const whole = {
    policies: [],
    pods: { "x/a": { pod: "a" }, "x/b": { pod: "b" } },
    namespaces: { x: { ns: "x" } },
    cells: 4,
    blocked: ["x/a>x/b:80/TCP"],
    ...step,
  };
  return JSON.stringify([{ index: 1, steps: [whole] }]);
}

/** A NetworkPolicy in namespace x. */
export function policy<Spec extends Record<string, unknown>>(spec: Spec, name = "p") {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace: "x" },
    spec,
  };
}
