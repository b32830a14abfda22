import type { Address, Labels } from "@weft/netaddr";
import type { Policy } from "./cluster-policy.ts";
import type { Protocol } from "./protocol.ts";

/** A port that a container declares, so that policies can name it. */
export interface NamedPort {
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
}

/** A container, as far as policy is concerned. */
export interface PolicyEndpoint {
  readonly id: string;
  readonly namespace: string;
  /** Labels of the container itself. */
  readonly labels: Labels;
  readonly identity: number;
  readonly addresses: readonly Address[];
  /** Of several with one name and protocol the first counts. */
  readonly ports: readonly NamedPort[];
}

/** A policy and the revision of the event that applied it. */
export interface StampedPolicy {
  readonly policy: Policy;
  readonly revision: number;
}

/** A host of the mesh, as far as policy is concerned. */
export interface PolicyHost {
  /** `kubernetes.io/hostname` and `kubernetes.io/os` at least. */
  readonly labels: Labels;
  /** Where the others reach it. */
  readonly addresses: readonly Address[];
}

/** What verdicts depend on. A view is a value: it must not be changed after it was used once (work on it is kept). */
export interface PolicyView {
  readonly endpoints: readonly PolicyEndpoint[];
  /** Labels by namespace; `kubernetes.io/metadata.name` is implied, also for a namespace that is not listed. */
  readonly namespaces: ReadonlyMap<string, Labels>;
  readonly policies: readonly StampedPolicy[];
  /** Unset: none. */
  readonly hosts?: readonly PolicyHost[];
  /** Label sets with `io.kubernetes.pod.namespace`, also of containers that are yet to come. Unset: those of endpoints. */
  readonly identities?: ReadonlyMap<number, Labels>;
  /**
   * Identities that no NetworkPolicy shuts out by default, but only by an explicit denial; unset: the container's own
   * host, as Kubernetes wants for its probes.
   */
  readonly trusted?: readonly number[];
}

/** Identities with a meaning of their own; the numbers are Cilium's. */
export const reservedIdentities = { host: 1, world: 2, remoteNode: 6 } as const;

/** The label that makes the namespace a part of an identity. */
export const namespaceLabel = "io.kubernetes.pod.namespace";
