// The mesh as @weft/policy wants to see it.
import { parseManifests } from "@weft/manifest";
import { WeftError } from "@weft/netaddr";
import {
  type PolicyEndpoint,
  type PolicyHost,
  type Policy as PolicyValue,
  type PolicyView,
  parsePolicy,
  type StampedPolicy,
} from "@weft/policy";
import type { Endpoint, Host, Mesh, Policy } from "./mesh.ts";
import { eachEndpoint } from "./views/index.ts";

const parsed = new WeakMap<Policy, PolicyValue | WeftError>();
const stamped = new WeakMap<Policy, StampedPolicy>();
const hosts = new WeakMap<Host, PolicyHost>();
const seen = new WeakMap<Endpoint, PolicyEndpoint>();
const views = new WeakMap<Mesh, { readonly revision: number; readonly view: PolicyView }>();

/** A policy's text as a value, parsed once per record; FAILED_PRECONDITION when this version cannot read the text. */
export function policyOf(policy: Policy): PolicyValue {
  const value = parsed.get(policy) ?? parse(policy);
  parsed.set(policy, value);
  if (value instanceof WeftError) throw value;
  return value;
}

function parse(policy: Policy): PolicyValue | WeftError {
  const { resources, diagnostics } = parseManifests([
    { file: policy.file, text: policy.source, recorded: true },
  ]);
  const [resource] = resources;
  const made = resource === undefined ? diagnostics : parsePolicy(resource);
  if (Array.isArray(made)) {
    const message = `policy ${policy.namespace}/${policy.name} of revision ${policy.revision} cannot be read`;
    return new WeftError("FAILED_PRECONDITION", message, { diagnostics: made });
  }
  // The text may leave the namespace to the one who applied it; the event says which it was.
  return { ...(made as PolicyValue), namespace: policy.namespace } as PolicyValue;
}

function isReadable(policy: Policy): boolean {
  const value = parsed.get(policy) ?? parse(policy);
  parsed.set(policy, value);
  return !(value instanceof WeftError);
}

/** What is in force of a policy: the record itself, or what it replaced when this version cannot read its text. */
export function policyInForce(policy: Policy): Policy | undefined {
  return chainOf(policy).find(isReadable);
}

/** A record and those that it stands in place of, newest first. */
function chainOf(policy: Policy): Policy[] {
  const chain: Policy[] = [];
  for (let one: Policy | undefined = policy; one !== undefined; one = one.replaced) chain.push(one);
  return chain;
}

/** Records that are remembered unread, so that a replay parses one of so many texts: it takes as long as all else together. */
const unreadMost = 8;

/** What a record that takes a policy's place has to remember of it: what can be read of it last, or some that were not read. */
export function toRemember(policy: Policy | undefined): Policy | undefined {
  if (policy === undefined) return undefined;
  const chain = chainOf(policy);
  if (chain.length < unreadMost) return policy;
  const last = chain.find(isReadable);
  if (last === undefined) return undefined;
  const { replaced: _, ...alone } = last;
  return alone;
}

/** A policy with its revision: the same object for the same record. */
export function stampedPolicyOf(record: Policy): StampedPolicy {
  let value = stamped.get(record);
  if (value === undefined) {
    value = { policy: policyOf(record), revision: record.revision };
    stamped.set(record, value);
  }
  return value;
}

/** A container as policies see it. */
export function policyEndpointOf(endpoint: Endpoint): PolicyEndpoint {
  let value = seen.get(endpoint);
  if (value === undefined) {
    const { id, namespace, labels, identity, ipv6, ipv4 } = endpoint;
    const addresses = ipv4 === undefined ? [ipv6] : [ipv6, ipv4];
    // The adapters let through only the three protocols that Kubernetes has.
    const ports = endpoint.ports as PolicyEndpoint["ports"];
    value = { id, namespace, labels, identity, addresses, ports };
    seen.set(endpoint, value);
  }
  return value;
}

/** A host as policies see it: what is known of it makes its labels. */
export function policyHostOf(host: Host): PolicyHost {
  let value = hosts.get(host);
  if (value === undefined) {
    const { name, underlayIpv6, underlayIpv4 } = host;
    const addresses = [underlayIpv6, underlayIpv4].filter((address) => address !== undefined);
    value = { labels: { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux" }, addresses };
    hosts.set(host, value);
  }
  return value;
}

/** All that verdicts depend on, as of now. The same object until an event changes it, then a new one. */
export function policyView(mesh: Mesh): PolicyView {
  const known = views.get(mesh);
  if (known?.revision === mesh.policyRevision) return known.view;
  const view: PolicyView = {
    endpoints: [...eachEndpoint(mesh)].map(policyEndpointOf),
    namespaces: new Map([...mesh.namespaces.values()].map(({ name, labels }) => [name, labels])),
    policies: [...mesh.policies.values()]
      .flatMap((policy) => policyInForce(policy) ?? [])
      .map(stampedPolicyOf),
    hosts: [...mesh.hosts.values()].map(policyHostOf),
    identities: new Map([...mesh.identities.values()].map(({ identity, labels }) => [identity, labels])),
  };
  views.set(mesh, { revision: mesh.policyRevision, view });
  return view;
}
