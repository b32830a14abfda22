// The policies of a mesh that goes on, followed change by change.
import {
  LiveView,
  type PolicyEndpoint,
  type PolicyHost,
  type PolicyView,
  type StampedPolicy,
} from "@weft/policy";
import { type Change, followChanges, type Journal } from "./changes.ts";
import type { Endpoint, Host, Mesh, Policy } from "./mesh.ts";
import { policyEndpointOf, policyHostOf, policyInForce, stampedPolicyOf } from "./policy-view.ts";

const followed = new WeakMap<Mesh, Followed>();

/**
 * The policies of a mesh as of now, for whoever asks again after each event: always the same view, whose rules are made again
 * only where an event concerns them (ADR 0012). For what was, and to keep, there is `policyView`.
 */
export function liveView(mesh: Mesh): PolicyView {
  const known = followed.get(mesh) ?? new Followed(mesh);
  followed.set(mesh, known);
  return known.upToDate();
}

class Followed {
  readonly #mesh: Mesh;
  readonly #journal: Journal;
  #live = new LiveView();
  #endpoints = new Map<string, PolicyEndpoint>();
  #policies = new Map<string, StampedPolicy>();
  #hosts = new Map<string, PolicyHost>();
  /** Whether all is as it was in the mesh when the journal was last asked. */
  #complete = false;

  constructor(mesh: Mesh) {
    this.#mesh = mesh;
    this.#journal = followChanges(mesh);
  }

  upToDate(): PolicyView {
    const changes = this.#journal.take();
    const complete = this.#complete;
    // A policy that cannot be read leaves it half done: then all is looked at again.
    this.#complete = false;
    if (changes === undefined || !complete) this.#begin();
    else for (const change of changes) this.#take(change);
    this.#complete = true;
    return this.#live.view;
  }

  #begin(): void {
    const { endpoints, hosts, identities, namespaces, policies } = this.#mesh;
    this.#live = new LiveView();
    this.#endpoints = new Map();
    this.#policies = new Map();
    this.#hosts = new Map();
    for (const { identity, labels } of identities.values()) this.#live.identity(identity, labels);
    for (const { name, labels } of namespaces.values()) this.#live.namespace(name, labels);
    for (const local of endpoints.values())
      for (const one of local.values()) this.#endpoint(one.host, one.id, one);
    for (const [name, host] of hosts) this.#host(name, host);
    for (const [key, policy] of policies) this.#policy(key, policy);
  }

  #take(change: Change): void {
    const { endpoints, hosts, identities, namespaces, policies } = this.#mesh;
    switch (change.kind) {
      case "endpoint":
        this.#endpoint(change.host, change.id, endpoints.get(change.host)?.get(change.id));
        break;
      case "identity":
        this.#live.identity(change.identity, identities.get(change.identity)?.labels);
        break;
      case "namespace":
        this.#live.namespace(change.name, namespaces.get(change.name)?.labels);
        break;
      case "host":
        this.#host(change.name, hosts.get(change.name));
        break;
      case "policy":
        this.#policy(change.key, policies.get(change.key));
        break;
    }
  }

  #endpoint(host: string, id: string, record: Endpoint | undefined): void {
    const after = record && policyEndpointOf(record);
    this.#live.endpoint(replace(this.#endpoints, `${host}/${id}`, after), after);
  }

  #host(name: string, record: Host | undefined): void {
    const after = record && policyHostOf(record);
    this.#live.host(replace(this.#hosts, name, after), after);
  }

  #policy(key: string, record: Policy | undefined): void {
    const inForce = record && policyInForce(record);
    const after = inForce && stampedPolicyOf(inForce);
    this.#live.policy(replace(this.#policies, key, after), after);
  }
}

/** Puts a value in the place of another, or none; answers what was there. */
function replace<T>(map: Map<string, T>, key: string, after: T | undefined): T | undefined {
  const before = map.get(key);
  if (after === undefined) map.delete(key);
  else map.set(key, after);
  return before;
}
