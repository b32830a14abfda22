// A mesh, a host and a catalogue for tests, and a kernel that exists only as a picture.
import type { WeftEvent } from "@weft/log";
import { addressToBytes, parseAddress, parsePrefix, prefixToBytes } from "@weft/netaddr";
import { rulesFor } from "@weft/policy";
import type { Actual } from "./actual.ts";
import { type Entries, little } from "./bytes.ts";
import { type Catalogue, type HostFacts, uplinkOwner } from "./desired.ts";
import { type Picture, pictureOf } from "./effect.ts";
import type { Operation } from "./operation.ts";
import { type KernelPolicy, policyMaps } from "./policy.ts";

const bytes = (text: string): Uint8Array => addressToBytes(parseAddress(text));
const prefix = (text: string) => prefixToBytes(parsePrefix(text));

/** This host in tests. */
export const facts: HostFacts = {
  host: "h1",
  uplink: "up0",
  uplinkMtu: 1500,
  underlay: parseAddress("192.0.2.1"),
  underlay4: parseAddress("192.0.2.1"),
  underlay6: parseAddress("2001:db8::1"),
  bootedMs: () => 0,
};

/** Objects as if they were built. */
export const catalogue: Catalogue = {
  container: "aa".repeat(32),
  uplink: "bb".repeat(32),
  specialised: new Map(),
  layouts: { peers: "1", hosts: "1", flows: "1", containers: "1" },
};

function joined(host: string, n: number): WeftEvent {
  const underlay = { underlayIpv4: bytes(`192.0.2.${n}`), underlayIpv6: bytes(`2001:db8::${n}`) };
  return {
    type: "HostJoined",
    data: { host, ...underlay, attach: "tcx", ipv6: prefix(`fd00:1:0:${n}::/64`) },
  };
}

/** The events that make a mesh of two hosts. */
export const twoHosts: readonly WeftEvent[] = [
  { type: "PoolDefined", data: { ipv6: prefix("fd00:1::/48"), ipv4: prefix("10.7.0.0/16") } },
  joined("h1", 1),
  joined("h2", 2),
];

/** A container on a host; its number makes address, slot and id. */
export function attachedEvent(host: string, n: number, more: object = {}): WeftEvent {
  const data = {
    host,
    id: `c${n}`,
    namespace: "shop",
    name: `pod-${n}`,
    labels: { app: `app-${n % 3}` },
    identity: 256 + (n % 3),
    ipv6: bytes(`fd00:1::${n.toString(16)}`),
    mac: new Uint8Array([2, 0, 0, 0, 0, n & 255]),
    netns: `/run/netns/c${n}`,
    interface: "eth0",
    slot: n,
  };
  return { type: "EndpointAttached", data: { ...data, ...more } };
}

/** An ingress policy of an app that admits so many single addresses of the world, none beside another. */
export function largePolicy(app: string, addresses: number): WeftEvent {
  const cidrs = Array.from({ length: addresses }, (_, n) => {
    return `        - ipBlock: { cidr: 198.${18 + (n >> 15)}.${(n >> 7) & 255}.${(n & 127) * 2}/32 }`;
  });
  const source = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: large, namespace: shop }
spec:
  podSelector: { matchLabels: { app: ${app} } }
  policyTypes: [Ingress]
  ingress:
    - from:
${cidrs.join("\n")}
`;
  const data = {
    namespace: "shop",
    name: "large",
    kind: "NetworkPolicy",
    source,
    file: "large.yaml",
    line: 1,
  };
  return { type: "PolicyApplied", data };
}

/** No policy at all. */
export const openPolicy: KernelPolicy = {
  key: "",
  tables: {},
  rules: rulesFor(
    { id: "", namespace: "", labels: {}, identity: 0, addresses: [], ports: [] },
    { endpoints: [], namespaces: new Map(), policies: [] },
  ),
  ingress: false,
  egress: false,
  addresses: false,
  constants: {},
  revocation: { ingress: { mode: "cut" }, egress: { mode: "cut" } },
  maps: emptyPolicyMaps(),
  sizes: { identity_classes: 0, address_classes: 0, port_classes: 0, verdicts: 0 },
};

function emptyPolicyMaps(): Record<(typeof policyMaps)[number], Entries> {
  const none: Entries = new Map();
  return { identity_classes: none, address_classes: none, port_classes: none, verdicts: none };
}

/** An ingress policy that admits the identities given, by class 1. */
export function ingressPolicy(...identities: readonly number[]): KernelPolicy {
  const classes = identities.map((identity) => ({ identity, class: 1 }));
  const rows = identities.map((identity): [string, string] => [
    little.u32(identity) + little.u32(0),
    little.u32(1),
  ]);
  return {
    ...openPolicy,
    key: `ingress ${identities.join(",")}`,
    tables: { ingress: { enforced: true, identities: classes } },
    ingress: true,
    constants: { port_class_count: little.u16(1) + little.u16(0) },
    maps: { ...emptyPolicyMaps(), identity_classes: new Map(rows) },
  };
}

/** A kernel that does everything that it is asked to, in a picture only. */
export function paperKernel(start: Actual): Picture & { run(operations: readonly Operation[]): void } {
  let next = 100;
  const picture = pictureOf(start, (program) =>
    program.owner === uplinkOwner || program.tier === "specialised" ? [] : policyMaps,
  );
  const number = (): number => {
    next += 1;
    return next;
  };
  return {
    ...picture,
    run(operations) {
      for (const operation of operations) {
        const programIds = { from_container: number(), to_container: number(), from_uplink: number() };
        picture.done(operation, { ifindex: number(), programIds });
      }
    },
  };
}
