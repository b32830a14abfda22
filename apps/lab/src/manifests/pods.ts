import type { Labels } from "@weft/netaddr";

/** A port that a container listens on. */
export interface PodPort {
  /** "" when it has none. */
  readonly name: string;
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly port: number;
}

/** One container that the lab has to run. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly ports: readonly PodPort[];
  /** Whether it asks for an IPv4 address beside its IPv6 one. */
  readonly ipv4: boolean;
  /** Name of the host it must run on; undefined: anywhere. */
  readonly host?: string;
}

/** "default/frontend": how people name a container. */
export function podName(pod: { readonly namespace: string; readonly name: string }): string {
  return `${pod.namespace}/${pod.name}`;
}

/** A port as it is written on the command line: "tcp/80". */
export function portText(port: Pick<PodPort, "protocol" | "port">): string {
  return `${port.protocol.toLowerCase()}/${port.port}`;
}
