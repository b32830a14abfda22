// How packets go from host to host: what the options say, and how a running mesh gets from one tunnel to another.
import type { Mesh } from "./mesh.ts";

/** Ways for packets between hosts. */
export const tunnels = ["none", "vxlan", "geneve", "gre"] as const;

/** A way for packets between hosts; "none": as they are, routed by the network between the hosts. */
export type Tunnel = (typeof tunnels)[number];

/** The tunnel of a mesh that says nothing. */
const defaultTunnel: Tunnel = "vxlan";

/** Value of `tunnel-next` when nothing is about to change, and what was sent with before is no longer taken. */
export const settled = "current";

/** The tunnels of one host. */
export interface HostTunnels {
  /** What it sends with. */
  readonly current: Tunnel;
  /** What it is going to send with; the same when nothing is about to change. */
  readonly next: Tunnel;
  /** What it may have sent with a moment ago; the same when the change is over. */
  readonly previous: Tunnel;
}

/**
 * The tunnels of a host. A change takes three events, each when all hosts enforce the one before: `tunnel-next` names the
 * tunnel, upon which everybody takes it too; `tunnel`, upon which they send with it; and `tunnel-next=current`, upon which what
 * was sent with before is no longer taken. Nobody waits for anybody, and no packet meets a closed door.
 */
export function tunnelsFor(mesh: Mesh, host: string): HostTunnels {
  const own = mesh.options.get(`${host}/tunnel`);
  const common = mesh.options.get("mesh/tunnel");
  const current = tunnelNamed((own ?? common)?.value) ?? defaultTunnel;
  const before = own === undefined ? common?.previous : (own.previous ?? common?.value);
  const announced = mesh.options.get(`${host}/tunnel-next`) ?? mesh.options.get("mesh/tunnel-next");
  const next = tunnelNamed(announced?.value);
  if (next === undefined) return { current, next: current, previous: current };
  // Announced upon a change that has not ended: some host may still send with what was before that.
  const unfinished = next === current || tunnelNamed(announced?.previous) !== undefined;
  return { current, next, previous: unfinished ? (tunnelNamed(before) ?? defaultTunnel) : current };
}

/** Settings of one scope. */
type Values = Readonly<Record<string, string>>;

/**
 * The events that bring settings about on a running mesh without losing a packet: each is to be put on record when all hosts enforce
 * the one before. A change that was begun and not ended is gone on with, or taken back.
 */
export function stepsTo(mesh: Mesh, scope: string, values: Values): readonly Values[] {
  const { tunnel: wanted, ...others } = values;
  if (wanted === undefined) return [values];
  const { current } = tunnelsFor(mesh, scope);
  const next = tunnelNamed(mesh.options.get(`${scope}/tunnel-next`)?.value);
  const end = { "tunnel-next": settled };
  const use = { ...others, tunnel: wanted };
  const waiting = next !== undefined && next !== current;
  if (wanted === current) {
    if (waiting) return [{ ...use, ...end }];
    return next === undefined ? [use] : [use, end];
  }
  const announce = { "tunnel-next": wanted };
  return waiting && next !== wanted ? [end, announce, use, end] : [announce, use, end];
}

function tunnelNamed(text: string | undefined): Tunnel | undefined {
  return tunnels.find((name) => name === text);
}
