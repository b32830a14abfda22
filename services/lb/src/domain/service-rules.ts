import type { Path } from "@weft/manifest";
import type { ServiceManifest, ServicePort } from "./schema.ts";

/** What is wrong with fields together. */
export interface Fault {
  readonly path: Path;
  readonly message: string;
  readonly expected: string;
}

type Spec = ServiceManifest["spec"];

/** What Kubernetes's validation of a Service asks of fields together (pkg/apis/core/validation, ValidateService). */
export function serviceFaults(service: ServiceManifest): Fault[] {
  const { spec, metadata } = service;
  return [...nameFaults(metadata.name), ...typeFaults(spec), ...portsFaults(spec), ...affinityFaults(spec)];
}

function nameFaults(name: string): Fault[] {
  if (name.length <= 63 && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) return [];
  const expected = "at most 63 lower-case letters, digits and '-', a letter first (RFC 1035 label)";
  return [{ path: ["metadata", "name"], message: `is ${JSON.stringify(name)}`, expected }];
}

function typeFaults(spec: Spec): Fault[] {
  const faults: Fault[] = [];
  const wrong = (field: keyof Spec, message: string, expected: string) =>
    faults.push({ path: ["spec", field], message, expected });
  const type = spec.type ?? "ClusterIP";
  const outside = type === "NodePort" || type === "LoadBalancer";
  if (type === "ExternalName") {
    if (!spec.externalName) wrong("externalName", "is missing", "a DNS name, because type is ExternalName");
    if (spec.clusterIP)
      wrong("clusterIP", `is ${spec.clusterIP}`, "no address, because type is ExternalName");
  } else if (spec.externalName) {
    wrong("externalName", `is given for type ${type}`, "type ExternalName");
  }
  if (spec.clusterIP === "None" && outside) {
    wrong("clusterIP", "is None", `an address or nothing, because type is ${type}`);
  }
  const [first] = spec.clusterIPs ?? [];
  if (first !== undefined && spec.clusterIP && first !== spec.clusterIP) {
    wrong("clusterIPs", `begins with ${first}`, `${spec.clusterIP}, as clusterIP says`);
  }
  if (spec.externalTrafficPolicy && !outside && (spec.externalIPs ?? []).length === 0) {
    wrong("externalTrafficPolicy", `is given for type ${type}`, "type NodePort or LoadBalancer");
  }
  for (const field of [
    "loadBalancerIP",
    "loadBalancerSourceRanges",
    "allocateLoadBalancerNodePorts",
  ] as const) {
    if (spec[field] && type !== "LoadBalancer")
      wrong(field, `is given for type ${type}`, "type LoadBalancer");
  }
  if (new Set(spec.ipFamilies).size !== (spec.ipFamilies ?? []).length) {
    wrong("ipFamilies", "names a family twice", "each family once");
  }
  return faults;
}

function portsFaults(spec: Spec): Fault[] {
  const ports = spec.ports ?? [];
  const mayBeEmpty = spec.type === "ExternalName" || spec.clusterIP === "None";
  if (ports.length === 0 && !mayBeEmpty) {
    return [{ path: ["spec", "ports"], message: "is empty", expected: "at least one port" }];
  }
  const faults: Fault[] = [];
  const seen = new Map<string, number>();
  for (const [index, port] of ports.entries()) {
    const wrong = (field: keyof ServicePort, message: string, expected: string) =>
      faults.push({ path: ["spec", "ports", index, field], message, expected });
    const protocol = port.protocol ?? "TCP";
    if (ports.length > 1 && !port.name)
      wrong("name", "is missing", "a name, because there is more than one port");
    if (port.nodePort && spec.type !== "NodePort" && spec.type !== "LoadBalancer") {
      wrong("nodePort", `is given for type ${spec.type ?? "ClusterIP"}`, "type NodePort or LoadBalancer");
    }
    const keys: [field: keyof ServicePort, key: string][] = [["port", `${protocol} ${port.port}`]];
    if (port.name) keys.push(["name", port.name]);
    if (port.nodePort) keys.push(["nodePort", `${protocol} node port ${port.nodePort}`]);
    for (const [field, key] of keys) {
      const other = seen.get(`${field} ${key}`);
      if (other === undefined) seen.set(`${field} ${key}`, index);
      else wrong(field, `${key} is that of ports[${other}] already`, "another one");
    }
  }
  return faults;
}

function affinityFaults(spec: Spec): Fault[] {
  if (!spec.sessionAffinityConfig?.clientIP || spec.sessionAffinity === "ClientIP") return [];
  const message = `is given with sessionAffinity ${spec.sessionAffinity ?? "None"}`;
  return [{ path: ["spec", "sessionAffinityConfig"], message, expected: "sessionAffinity ClientIP" }];
}
