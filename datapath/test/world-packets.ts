// A pod of a random world as a container of a host, and the packets that it exchanges with everybody else.
import { formatAddress, parseAddress } from "@weft/netaddr";
import { type PolicyEndpoint, type PolicyView, protocolNumbers } from "@weft/policy";
import { type anyFullWorld, hosts, type OraclePod, packetIn } from "@weft/policy/testing";
import fc from "fast-check";
import { type Container, type Datapath, gatewayMac, openDatapath } from "./datapath.ts";
import { types } from "./frames.ts";
import * as packet from "./packet.ts";

/** A random world. */
export type World = typeof anyFullWorld extends fc.Arbitrary<infer T> ? T : never;

const [own, other] = hosts;
const remoteUnderlay = other?.addresses[0] ?? "";
const mac = "02:00:00:00:00:0a";

/** Whoever is no container: the own host, another host, and the world. */
const outsiders = [
  ...(own?.addresses ?? []).map((address) => ({ entity: "host", address })),
  ...(other?.addresses ?? []).map((address) => ({ entity: "remote-node", address })),
  ...["198.51.100.1", "2001:db8::1", "::5"].map((address) => ({ entity: "world", address })),
];

// Neither answers nor errors, which belong to what they answer; and an echo has no code.
const icmp = {
  4: fc.constantFrom([8, 0], [13, 0], [13, 1], [13, 255], [42, 1], [255, 0]),
  6: fc.constantFrom([128, 0], [160, 0], [160, 1], [200, 255], [255, 0], [255, 1]),
};
const port = fc.constantFrom(1, 79, 80, 81, 443, 8080, 65_535);
const transport = fc.record({ protocol: fc.constantFrom("TCP", "UDP", "SCTP"), port });

const anyPacketOf = (family: 4 | 6) =>
  fc
    .oneof(
      { weight: 3, arbitrary: transport },
      icmp[family].map(([type = 0, code = 0]) => ({ type, code })),
    )
    .map((one) => ({ family, packet: packetIn(family, one) }));

/** A packet of the judged pod's, to or from whom the number names. */
export const anyProbe = fc
  .oneof(anyPacketOf(4), anyPacketOf(6))
  .chain((one) =>
    fc.record({ ...record(one), direction: fc.constantFrom("egress", "ingress"), whom: fc.nat() }),
  );

function record<T extends object>(value: T): { [K in keyof T]: fc.Arbitrary<T[K]> } {
  const entries = Object.entries(value).map(([key, one]) => [key, fc.constant(one)]);
  return Object.fromEntries(entries) as { [K in keyof T]: fc.Arbitrary<T[K]> };
}

type Probe = typeof anyProbe extends fc.Arbitrary<infer T> ? T : never;

/** A packet of a pod, and who is at its other end. */
export interface Exchange extends Probe {
  readonly self: OraclePod;
  readonly other: OraclePod;
  /** Of the other end, as the datapath should find it. */
  readonly identity: number;
}

const reserved: Readonly<Record<string, number>> = { host: 1, world: 2, "remote-node": 6 };

/** What a probe means in a world. */
export function exchangeOf(
  world: World,
  view: PolicyView,
  judge: number,
  probe: Probe,
): Exchange | undefined {
  const { family, whom } = probe;
  const inFamily = ({ address }: { address: string }) => parseAddress(address).family === family;
  const podAt = (index: number) => {
    const pod = world.pods[index];
    const address = pod?.addresses[family === 6 ? 0 : 1] ?? "";
    return pod === undefined ? undefined : { ...pod, address };
  };
  const others = world.pods.flatMap((_, index) => {
    const pod = index === judge ? undefined : podAt(index);
    return pod === undefined ? [] : [{ pod, identity: view.endpoints[index]?.identity ?? 0 }];
  });
  const strangers = outsiders.filter(inFamily).map(({ entity, address }) => {
    return { pod: { entity, address, labels: {}, ports: [] }, identity: reserved[entity] ?? 0 };
  });
  const all = [...others, ...strangers];
  const [self, picked] = [podAt(judge), all[whom % all.length]];
  if (self === undefined || picked === undefined) return undefined;
  return { ...probe, self, other: picked.pod, identity: picked.identity };
}

/** A host whose hosts are those of random worlds. */
export async function openWorldDatapath(): Promise<Datapath> {
  const [underlay = "", otherUnderlay = ""] = own?.addresses ?? [];
  const datapath = await openDatapath({ underlay, otherUnderlay, meshPrefix6: "fd00::" });
  for (const address of own?.addresses ?? []) datapath.addHost(address, 1);
  for (const address of other?.addresses ?? []) datapath.addHost(address, 2);
  return datapath;
}

/** Makes the pods of a world known as containers of another host; the judged one is this host's. */
export function settle(datapath: Datapath, view: PolicyView, judge: number): Container {
  const [self, ...others] = [
    ...view.endpoints.slice(judge, judge + 1),
    ...view.endpoints.filter((_, index) => index !== judge),
  ].map(containerOf);
  if (self === undefined) throw new RangeError(`no pod ${judge}`);
  datapath.addPeer(self);
  for (const one of others) datapath.addPeer(one, remoteUnderlay);
  return self;
}

function containerOf({ identity, addresses }: PolicyEndpoint): Container {
  const text = (family: 4 | 6) => addresses.find((one) => one.family === family);
  const [six, four] = [text(6), text(4)];
  if (six === undefined || four === undefined) throw new RangeError("a pod without both families");
  return { slot: 1, identity, mac, ipv6: formatAddress(six), ipv4: formatAddress(four) };
}

/** The frame of an exchange; `number` tells its flow from all others. */
export function frameOf(
  { direction, self, other, packet: asked, family }: Exchange,
  number: number,
): Uint8Array {
  const out = direction === "egress";
  const [src, dst] = out ? [self.address, other.address] : [other.address, self.address];
  const [toMac, fromMac] = out ? [gatewayMac, mac] : [mac, gatewayMac];
  const protocol = protocolNumbers[asked.protocol];
  const ip = packet.ip(src, dst, protocol, payloadOf(asked, 10_000 + number));
  return packet.ethernet(toMac, fromMac, family === 6 ? types.ipv6 : types.ipv4, ip);
}

function payloadOf({ protocol, port, type = 0, code = 0 }: Exchange["packet"], source: number): Uint8Array {
  switch (protocol) {
    case "TCP":
      return packet.tcp(source, port);
    case "UDP":
      return packet.udp(source, port);
    case "SCTP":
      return packet.sctp(source, port);
    default:
      return packet.icmp(type, code, packet.echo(source));
  }
}
