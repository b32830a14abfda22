import { checkResource, type Diagnostic, diagnosticAt, type Path, type Resource } from "@weft/manifest";
import {
  type Address,
  familyBits,
  formatPrefix,
  type Prefix,
  parseAddress,
  prefixContains,
  prefixOf,
} from "@weft/netaddr";
import type { IpBlock, NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule } from "./network-policy.ts";
import {
  networkPolicySchema,
  type PeerText,
  type PortText,
  type SelectorText,
  type SpecText,
} from "./schema.ts";
import type { Requirement, Selector } from "./selector.ts";

/** Notes a finding at a path. */
type Report = (path: Path, message: string, expected: string) => void;

/**
 * Reads a networking.k8s.io/v1 NetworkPolicy with the validation and the defaults of Kubernetes: no policyTypes means
 * Ingress, and Egress if there are egress rules; no podSelector selects all. Returns the policy or everything that is
 * wrong with it. Differs from Kubernetes in refusing, not guessing: list items that are null, IPv4 octets with leading
 * zeros and IPv4-mapped IPv6 blocks. Host bits of a block are cut off, as Kubernetes does (with a warning there).
 */
export function parseNetworkPolicy(resource: Resource): NetworkPolicy | Diagnostic[] {
  const checked = checkResource(resource, networkPolicySchema);
  if (!checked.ok) return checked.diagnostics;
  const diagnostics: Diagnostic[] = [];
  const report: Report = (path, message, expected) => {
    diagnostics.push(diagnosticAt(resource, path, message, expected));
  };
  const policy = buildPolicy(resource, checked.value.spec ?? {}, report);
  return diagnostics.length > 0 ? diagnostics : policy;
}

function buildPolicy({ namespace, name }: Resource, spec: SpecText, report: Report): NetworkPolicy {
  const egressRules = spec.egress ?? [];
  const types = spec.policyTypes ?? [];
  const governsIngress = types.length === 0 || types.includes("Ingress");
  const governsEgress = types.length === 0 ? egressRules.length > 0 : types.includes("Egress");
  // Rules of a direction that policyTypes leaves out have no effect but must be valid.
  const ingress = (spec.ingress ?? []).map(({ from, ports }, index) =>
    buildRule("from", from, ports, ["spec", "ingress", index], report),
  );
  const egress = egressRules.map(({ to, ports }, index) =>
    buildRule("to", to, ports, ["spec", "egress", index], report),
  );
  return {
    namespace,
    name,
    podSelector: buildSelector(spec.podSelector ?? {}, ["spec", "podSelector"], report),
    ...(governsIngress ? { ingress } : {}),
    ...(governsEgress ? { egress } : {}),
  };
}

function buildRule(
  side: "from" | "to",
  peers: readonly PeerText[] | null | undefined,
  ports: readonly PortText[] | null | undefined,
  path: Path,
  report: Report,
): PolicyRule {
  const builtPeers = (peers ?? []).flatMap((peer, index) => buildPeer(peer, [...path, side, index], report));
  const builtPorts = (ports ?? []).flatMap((port, index) =>
    buildPort(port, [...path, "ports", index], report),
  );
  return {
    peers: peers == null || peers.length === 0 ? "any" : builtPeers,
    ports: ports == null || ports.length === 0 ? "any" : builtPorts,
  };
}

function buildPeer(peer: PeerText, path: Path, report: Report): PolicyPeer[] {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  const expected = "podSelector, namespaceSelector or both, or ipBlock alone";
  if (ipBlock != null) {
    if (podSelector != null || namespaceSelector != null) {
      report(path, "has an ipBlock beside a selector", expected);
      return [];
    }
    const block = buildBlock(ipBlock.cidr, ipBlock.except ?? [], [...path, "ipBlock"], report);
    return block === undefined ? [] : [{ kind: "block", ...block }];
  }
  if (podSelector == null && namespaceSelector == null) {
    report(path, "names nobody", expected);
    return [];
  }
  const pods = buildSelector(podSelector ?? {}, [...path, "podSelector"], report);
  if (namespaceSelector == null) return [{ kind: "pods", podSelector: pods }];
  const namespaces = buildSelector(namespaceSelector, [...path, "namespaceSelector"], report);
  return [{ kind: "pods", namespaceSelector: namespaces, podSelector: pods }];
}

function buildPort(text: PortText, path: Path, report: Report): PolicyPort[] {
  const protocol = text.protocol ?? "TCP";
  const { port, endPort } = text;
  if (endPort != null && typeof port !== "number") {
    const message = port == null ? "stands without port" : "stands beside a named port";
    report([...path, "endPort"], message, "port to be the number at which the range begins");
    return [];
  }
  if (port == null) return [{ kind: "range", protocol, from: 0, to: 65535 }];
  if (typeof port === "string") return [{ kind: "named", protocol, name: port }];
  if (endPort != null && endPort < port) {
    report([...path, "endPort"], `is ${endPort}`, `a number from port (${port}) to 65535`);
    return [];
  }
  return [{ kind: "range", protocol, from: port, to: endPort ?? port }];
}

function buildSelector(text: SelectorText, path: Path, report: Report): Selector {
  const equal = Object.entries(text.matchLabels ?? {}).map(
    ([key, value]): Requirement => ({ key, operator: "In", values: [value] }),
  );
  const expressions = (text.matchExpressions ?? []).map(({ key, operator, values }, index): Requirement => {
    const at = [...path, "matchExpressions", index, "values"];
    const wantsValues = operator === "In" || operator === "NotIn";
    const hasValues = (values ?? []).length > 0;
    if (wantsValues && !hasValues)
      report(at, "is empty", `at least one value, as the operator is ${operator}`);
    if (!wantsValues && hasValues) report(at, "is not empty", `no values, as the operator is ${operator}`);
    return { key, operator, values: values ?? [] };
  });
  return [...equal, ...expressions];
}

function buildBlock(
  cidr: string,
  except: readonly string[],
  path: Path,
  report: Report,
): IpBlock | undefined {
  const whole = buildPrefix(cidr, [...path, "cidr"], report);
  const holes = except.map((text, index) => buildPrefix(text, [...path, "except", index], report));
  if (whole === undefined) return undefined;
  for (const [index, hole] of holes.entries()) {
    if (hole === undefined || (prefixContains(whole, hole) && hole.length > whole.length)) continue;
    const expected = `a prefix inside of ${formatPrefix(whole)} and longer than it`;
    report([...path, "except", index], `is ${formatPrefix(hole)}`, expected);
  }
  return { cidr: whole, except: holes.filter((hole) => hole !== undefined) };
}

function buildPrefix(text: string, path: Path, report: Report): Prefix | undefined {
  const expected = "a prefix such as 10.1.0.0/16 or fd00::/64";
  const match = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text);
  const address = match?.[1] === undefined ? undefined : tryAddress(match[1]);
  const length = Number(match?.[2]);
  if (address === undefined || length > familyBits(address.family)) {
    report(path, `is ${JSON.stringify(text)}`, expected);
    return undefined;
  }
  if (address.family === 6 && length >= 96 && address.value >> 32n === 0xffffn) {
    report(path, `is ${JSON.stringify(text)}, an IPv4-mapped prefix`, "the prefix in its IPv4 form");
    return undefined;
  }
  return prefixOf(address, length);
}

function tryAddress(text: string): Address | undefined {
  try {
    return parseAddress(text);
  } catch {
    return undefined;
  }
}
