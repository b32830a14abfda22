// The settings of a mesh and of its hosts: their names, their defaults, and which of two scopes counts.
import type { Mesh, Option } from "./mesh.ts";

/** Seconds without a packet after which a flow is forgotten, by its state; option `lifetime.<name>`. */
export const lifetimes = {
  "tcp-opening": 60,
  "tcp-established": 21_600,
  "tcp-closing": 10,
  "tcp-reset": 10,
  "udp-opening": 60,
  "udp-answered": 180,
  icmp: 60,
  "sctp-opening": 60,
  "sctp-established": 21_600,
  other: 60,
} as const;

/** The longest lifetime, in seconds: 5 days, as long as nf_conntrack remembers a silent TCP connection. */
export const lifetimeMaxSeconds = 432_000;

/** Name of a lifetime. */
export type Lifetime = keyof typeof lifetimes;

/** What of the packets on a host is put on record; option `observe`. */
export const observations = ["off", "drops", "flows", "all"] as const;

/**
 * What is put on record. "drops": packets that were dropped; "flows": new flows as well, of containers that have policies, and
 * flows that outlive their permission; "all": the same of every container.
 */
export type Observation = (typeof observations)[number];

/** What is put on record where nobody says anything. */
const defaultObservation: Observation = "flows";

/** A setting as it counts for a host: the host's own, else the mesh's; undefined: nobody set it. */
export function optionFor(mesh: Mesh, host: string, key: string): Option | undefined {
  return mesh.options.get(`${host}/${key}`) ?? mesh.options.get(`mesh/${key}`);
}

/** The lifetimes that count for a host, in the order of `lifetimes`. */
export function lifetimesFor(mesh: Mesh, host: string): number[] {
  return Object.entries(lifetimes).map(([name, seconds]) => {
    const said = Number(optionFor(mesh, host, `lifetime.${name}`)?.value ?? seconds);
    return Number.isSafeInteger(said) && said > 0 && said <= lifetimeMaxSeconds ? said : seconds;
  });
}

/** Bounds of option `mtu`: what IPv6 asks of a link (RFC 8200 section 5), and what an IP packet can have. */
export const mtuBounds = { least: 1280, most: 65_535 } as const;

/** The largest IP packet that the network between the hosts carries, as far as somebody said so; undefined: as the uplink. */
export function underlayMtuFor(mesh: Mesh, host: string): number | undefined {
  const said = Number(optionFor(mesh, host, "mtu")?.value);
  return said >= mtuBounds.least && said <= mtuBounds.most ? said : undefined;
}

/** What is put on record on a host. */
export function observationFor(mesh: Mesh, host: string): Observation {
  const said = optionFor(mesh, host, "observe")?.value;
  return observations.find((name) => name === said) ?? defaultObservation;
}
