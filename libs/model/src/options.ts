// The settings of a mesh and of its hosts: their names, their defaults, and which of two scopes counts.
import type { Mesh, Option } from "./mesh.ts";

/** Ways for packets between hosts. */
export const tunnels = ["none", "vxlan", "geneve", "gre"] as const;

/** A way for packets between hosts; "none": as they are, routed by the network between the hosts. */
export type Tunnel = (typeof tunnels)[number];

/** The tunnel of a mesh that says nothing. */
export const defaultTunnel: Tunnel = "vxlan";

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

/** The tunnels of one host. */
export interface HostTunnels {
  /** What it sends with. */
  readonly current: Tunnel;
  /** What it is going to send with; the same when nothing is about to change. */
  readonly next: Tunnel;
  /** What it may have sent with a moment ago. */
  readonly previous: Tunnel;
}

/**
 * The tunnels of a host. A change takes two events: `tunnel-next` first, upon which everybody takes that tunnel too, and
 * `tunnel` when all do, upon which they send with it. Nobody waits for anybody, and no packet meets a closed door.
 */
export function tunnelsFor(mesh: Mesh, host: string): HostTunnels {
  const own = mesh.options.get(`${host}/tunnel`);
  const common = mesh.options.get("mesh/tunnel");
  const current = tunnelNamed((own ?? common)?.value) ?? defaultTunnel;
  const before = own === undefined ? common?.previous : (own.previous ?? common?.value);
  const next = tunnelNamed(optionFor(mesh, host, "tunnel-next")?.value) ?? current;
  return { current, next, previous: tunnelNamed(before) ?? defaultTunnel };
}

function tunnelNamed(text: string | undefined): Tunnel | undefined {
  return tunnels.find((name) => name === text);
}
