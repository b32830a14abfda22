import { gatewayMac } from "../datapath.ts";
import * as packet from "../packet.ts";
import { arrive, identityOption, type Wrapping } from "../tunnel-packet.ts";
import { alice, bob, carol, nobody } from "./people.ts";
import { mutate, type Random } from "./random.ts";

/** Underlay addresses of this host and the other, by family. */
export const wires = { 4: ["192.168.7.1", "192.168.7.2"], 6: ["fd99::1", "fd99::2"] } as const;
const etherTypes = { 4: 0x0800, 6: 0x86dd, arp: 0x0806 } as const;
const gateways = { 4: "169.254.1.1", 6: "fe80::1" } as const;
const groups = { 4: "224.0.0.251", 6: "ff02::fb" } as const;
const world = { 4: "198.51.100.1", 6: "2001:db8::1" } as const;
const none = { 4: "0.0.0.0", 6: "::" } as const;

type Family = 4 | 6;
type Ends = { readonly family: Family; readonly src: string; readonly dst: string };
interface Person {
  readonly ipv6: string;
  readonly ipv4: string;
}
const address = (person: Person, family: Family) => (family === 4 ? person.ipv4 : person.ipv6);

/** Ports, mostly of few flows, so that flows come back. */
const port = (random: Random) =>
  random.chance(0.8) ? random.pick([53, 80, 443, 8080, 40_000]) : random.below(65_536);

/** Fills the checksum of a transport header in. */
function checked(ends: Ends, protocol: number, at: number, message: Uint8Array): Uint8Array {
  const bytes = ends.family === 4 ? [12, 16] : [0, 16];
  const addresses = packet.join(
    ...[ends.src, ends.dst].map((each) => packet.addressBytes(each).subarray(...bytes)),
  );
  const pseudo = packet.join(addresses, packet.u16(message.length), packet.u16(protocol));
  const whole = message.slice();
  const parts = protocol === 1 ? [whole] : [pseudo, whole];
  whole.set(packet.u16(~packet.sum16(...parts) & 0xffff), at);
  return whole;
}

const payload = (random: Random) =>
  random.bytes(random.chance(0.1) ? 1300 + random.below(500) : random.below(60));

/** An ICMP error about a packet between the same two, or about nonsense. */
function error(ends: Ends, random: Random): Uint8Array {
  const back = random.chance(0.8)
    ? packet.ip(ends.dst, ends.src, 17, packet.udp(port(random), port(random)))
    : random.bytes(48);
  const type = ends.family === 4 ? random.pick([3, 4, 5, 11, 12]) : random.pick([1, 2, 3, 4]);
  return packet.icmp(type, random.below(5), packet.join(random.bytes(4), back));
}

function icmp(ends: Ends, random: Random): [number, Uint8Array] {
  const types = ends.family === 4 ? [8, 0, 13] : [128, 129, 130];
  const message = random.chance(0.6)
    ? packet.icmp(random.pick(types), 0, packet.join(packet.echo(random.below(4)), payload(random)))
    : error(ends, random);
  const protocol = ends.family === 4 ? 1 : 58;
  return [protocol, checked(ends, protocol, 2, message)];
}

function transport(ends: Ends, random: Random): [number, Uint8Array] {
  const [src, dst] = [port(random), port(random)];
  switch (random.below(5)) {
    case 0: {
      const bits = random.pick([2, 18, 16, 17, 20, 4, random.below(256)]);
      return [6, checked(ends, 6, 16, packet.join(packet.tcp(src, dst, bits), payload(random)))];
    }
    case 1:
      return [17, checked(ends, 17, 6, packet.udp(src, dst, payload(random)))];
    case 2:
      return [132, packet.join(packet.u16(src), packet.u16(dst), random.bytes(24))];
    case 3:
      return icmp(ends, random);
    default:
      return [random.pick([4, 41, 47, 50, 89, 59, random.below(256)]), payload(random)];
  }
}

/** Extension headers in front of a transport header. */
function extended(random: Random, [protocol, message]: [number, Uint8Array]): [number, Uint8Array] {
  let whole: [number, Uint8Array] = [protocol, message];
  for (let left = random.below(6); left > 0; left -= 1) {
    const kind = random.pick([0, 43, 44, 60]);
    const words = kind === 44 ? 0 : random.below(4);
    const header = packet.join(Uint8Array.of(whole[0], words), random.bytes(6 + words * 8));
    if (kind === 43) header[3] = random.below(2);
    if (kind === 44)
      header.set(
        random.pick([
          [0, 0],
          [0, 1],
          [0, 8],
          [1, 1],
        ]),
        2,
      );
    whole = [kind, packet.join(header, whole[1])];
  }
  return whole;
}

/** A whole IP packet between two addresses. */
function ipPacket(ends: Ends, random: Random): Uint8Array {
  const hopLimit = random.chance(0.1) ? random.below(3) : 64;
  const message = transport(ends, random);
  const fragment = random.chance(0.1) ? random.pick([0x2000, 0x2001, 100, 0x4000]) : 0;
  const [protocol, body] = ends.family === 6 && random.chance(0.2) ? extended(random, message) : message;
  const options = { hopLimit, fragment, tos: random.below(256) };
  const whole = packet.ip(ends.src, ends.dst, protocol, body, options);
  if (ends.family === 6 || random.chance(0.9)) return whole;
  // Options: four to forty bytes of no operation, or of anything.
  const room = 4 * (1 + random.below(10));
  const more = random.chance(0.7) ? new Uint8Array(room).fill(1) : random.bytes(room);
  const optional = packet.join(whole.subarray(0, 20), more, whole.subarray(20));
  optional[0] = 0x45 + more.length / 4;
  optional.set(packet.u16(optional.length), 2);
  optional.set([0, 0], 10);
  optional.set(packet.u16(~packet.sum16(optional.subarray(0, 20 + more.length)) & 0xffff), 10);
  return optional;
}

function ends(random: Random, sender: Person): Ends {
  const family = random.pick([4, 6] as const);
  const people = [alice, bob, carol, nobody].map((each) => address(each, family));
  const others = [world[family], gateways[family], groups[family], none[family], wires[family][0], "fe80::7"];
  const src = random.chance(0.85) ? address(sender, family) : random.pick([...people, ...others]);
  const dst = random.pick(random.chance(0.8) ? people : [...people, ...others]);
  const same = (text: string) => text.includes(":") === (family === 6);
  return { family, src: same(src) ? src : (people[0] ?? src), dst: same(dst) ? dst : (people[1] ?? dst) };
}

function arp(random: Random): Uint8Array {
  const sender = {
    mac: random.pick([alice.mac, alice.mac, bob.mac]),
    address: random.pick([alice.ipv4, alice.ipv4, "0.0.0.0", bob.ipv4]),
  };
  const target = { mac: "00:00:00:00:00:00", address: random.pick([gateways[4], alice.ipv4, bob.ipv4]) };
  return packet.arp(random.pick([1, 2] as const), sender, target);
}

function neighbour(random: Random): Uint8Array {
  const src = random.pick([alice.ipv6, "fe80::a", "::", bob.ipv6]);
  const dst = random.pick(["fe80::1", "ff02::1:ff00:1", "ff02::1", bob.ipv6, "ff02::2"]);
  const option = { type: random.pick([1, 2] as const), mac: random.pick([alice.mac, bob.mac]) };
  const told = packet.neighbour(
    random.pick([135, 136] as const),
    random.pick(["fe80::1", alice.ipv6, bob.ipv6]),
    random.chance(0.7) ? option : undefined,
  );
  const message = random.chance(0.8)
    ? told
    : packet.join(Uint8Array.of(random.pick([133, 134, 137])), told.subarray(1));
  return packet.icmpv6(src, dst, message, { hopLimit: random.chance(0.9) ? 255 : 64 });
}

/** A frame that a container sends, without mistakes but perhaps with lies. */
function sent(random: Random): Uint8Array {
  const mac = random.chance(0.95) ? alice.mac : bob.mac;
  const to = random.chance(0.95) ? gatewayMac : "ff:ff:ff:ff:ff:ff";
  const kind = random.below(10);
  if (kind === 0) return packet.ethernet(to, mac, etherTypes.arp, arp(random));
  if (kind === 1) return packet.ethernet(to, mac, etherTypes[6], neighbour(random));
  const between = ends(random, alice);
  return packet.ethernet(to, mac, etherTypes[between.family], ipPacket(between, random));
}

/** A frame for a container, from a container of another host or from this host's stack. */
function received(random: Random): Uint8Array {
  const between = ends(random, random.pick([carol, alice]));
  const dst = random.chance(0.9) ? address(bob, between.family) : between.dst;
  const inner = ipPacket({ ...between, dst }, random);
  return packet.ethernet(bob.mac, gatewayMac, etherTypes[between.family], inner);
}

/** A frame on the uplink: in one of the tunnels, or bare. */
function tunnelled(random: Random): Uint8Array {
  const between = ends(random, carol);
  const inner = packet.ethernet(bob.mac, gatewayMac, etherTypes[between.family], ipPacket(between, random));
  if (random.chance(0.2)) return inner;
  const family = random.pick([4, 6] as const);
  const tunnel = random.pick(["vxlan", "geneve", "gre"] as const satisfies Wrapping[]);
  const [here, there] = wires[family];
  const identity = random.chance(0.85) ? carol.identity : random.pick([0, 1, 256, 0xffffff]);
  const lying = random.chance(0.05)
    ? { src: family === 4 ? "192.168.7.9" : "fd99::9", dst: here }
    : { src: there, dst: here };
  const options = random.pick([
    identityOption(identity),
    new Uint8Array(),
    random.bytes(4 * random.below(8)),
  ]);
  return arrive(tunnel, { ...lying, tos: random.below(4) }, { identity, options }, inner);
}

const makers = { from_container: sent, to_container: received, from_uplink: tunnelled } as const;

/** Names of the programs. */
export type Program = keyof typeof makers;

/** The longest packet that a test run takes. */
const bytesMax = 3000;

/** The kernel runs no program on IP packets without a whole IP header. */
function longEnough(frame: Uint8Array): Uint8Array {
  const type = ((frame[12] ?? 0) << 8) | (frame[13] ?? 0);
  const least = type === etherTypes[4] ? 34 : type === etherTypes[6] ? 54 : 15;
  return frame.length < least ? packet.join(frame, new Uint8Array(least - frame.length)) : frame;
}

function anyFor(program: Program, random: Random): Uint8Array {
  const kind = random.below(20);
  if (kind === 0) return random.bytes(14 + random.below(200));
  const whole = makers[program](random);
  if (kind === 1) return packet.join(whole.subarray(0, 14), random.bytes(random.below(120)));
  return (kind < 9 ? whole : mutate(whole, random)).slice(0, bytesMax);
}

/** A packet for a program: whole, with mistakes, or noise. */
export function packetFor(program: Program, random: Random): Uint8Array {
  return longEnough(anyFor(program, random));
}
