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
export const defaultObservation: Observation = "flows";

/** A setting as it counts for a host: the host's own, else the mesh's; undefined: nobody set it. */
export function optionFor(mesh: Mesh, host: string, key: string): Option | undefined {
  return mesh.options.get(`${host}/${key}`) ?? mesh.options.get(`mesh/${key}`);
}

/** The lifetimes that count for a host, in the order of `lifetimes`. */
export function lifetimesFor(mesh: Mesh, host: string): number[] {
  return Object.entries(lifetimes).map(([name, seconds]) => {
    const said = Number(optionFor(mesh, host, `lifetime.${name}`)?.value ?? seconds);
    return Number.isSafeInteger(said) && said > 0 ? said : seconds;
  });
}

/** What is put on record on a host. */
export function observationFor(mesh: Mesh, host: string): Observation {
  const said = optionFor(mesh, host, "observe")?.value;
  return observations.find((name) => name === said) ?? defaultObservation;
}
