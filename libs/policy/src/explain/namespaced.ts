import { formatManifest } from "@weft/manifest";
import type { Flow } from "../decide.ts";
import { exactPeer, exactSelector } from "./exact.ts";
import { metadataOf, revocationOf, type Side } from "./side.ts";

/**
 * A NetworkPolicy that allows one flow at an end that is governed already: it isolates nobody, and lets through nothing
 * but this peer on this port.
 */
export function allowPolicy(side: Side): string {
  const { direction, flow } = side;
  const ports = [portOf(flow)];
  const standard = !("icmp" in (ports[0] ?? {}));
  return manifest(side, "allow", standard, { [direction]: [{ ...peersOf(side), ports }] });
}

/** A NetworkPolicy that denies one flow at an end that is governed already, and says nothing of any other. */
export function denyPolicy(side: Side): string {
  const rule = { ...peersOf(side), ports: [portOf(side.flow)] };
  return manifest(side, "deny", false, { [`${side.direction}Deny`]: [rule] });
}

function manifest(side: Side, action: "allow" | "deny", standard: boolean, rules: object): string {
  const { end, direction, view } = side;
  const { annotations, ...metadata } = metadataOf(side, end.namespace, action) as { annotations?: object };
  const onRevoke = revocationOf(end, direction, view);
  return formatManifest({
    apiVersion: standard ? "networking.k8s.io/v1" : "weft.dev/v1",
    kind: "NetworkPolicy",
    metadata: standard && annotations !== undefined ? { ...metadata, annotations } : metadata,
    spec: {
      podSelector: exactSelector(end.labels, end.namespace, view),
      policyTypes: [direction === "egress" ? "Egress" : "Ingress"],
      ...rules,
      ...(standard || onRevoke === undefined ? {} : { onRevoke }),
    },
  });
}

function peersOf({ direction, peer, address, end, view }: Side): object {
  const peers = [exactPeer(peer, address, end.namespace, view)];
  return direction === "egress" ? { to: peers } : { from: peers };
}

function portOf({ protocol, port }: Flow): object {
  if (protocol !== "ICMP" && protocol !== "ICMPv6") return { protocol, port };
  return { icmp: { family: protocol === "ICMP" ? "IPv4" : "IPv6", type: port >> 8, code: port & 0xff } };
}
