import type { PolicyPort } from "./network-policy.ts";

/** Protocols whose messages have a type and a code in place of ports. */
const icmpFamilies = { IPv4: "ICMP", IPv6: "ICMPv6" } as const;

/** IPv4 or IPv6. */
type IcmpFamily = keyof typeof icmpFamilies;

// IANA, "ICMP Type Numbers" and "ICMPv6 Parameters"; spelt as other policy languages spell them.
const types: Readonly<Record<IcmpFamily, Readonly<Record<string, number>>>> = {
  IPv4: {
    EchoReply: 0,
    DestinationUnreachable: 3,
    Redirect: 5,
    EchoRequest: 8,
    RouterAdvertisement: 9,
    RouterSelection: 10,
    TimeExceeded: 11,
    ParameterProblem: 12,
    Timestamp: 13,
    TimestampReply: 14,
    ExtendedEchoRequest: 42,
    ExtendedEchoReply: 43,
  },
  IPv6: {
    DestinationUnreachable: 1,
    PacketTooBig: 2,
    TimeExceeded: 3,
    ParameterProblem: 4,
    EchoRequest: 128,
    EchoReply: 129,
    MulticastListenerQuery: 130,
    MulticastListenerReport: 131,
    MulticastListenerDone: 132,
    RouterSolicitation: 133,
    RouterAdvertisement: 134,
    NeighborSolicitation: 135,
    NeighborAdvertisement: 136,
    Redirect: 137,
    ExtendedEchoRequest: 160,
    ExtendedEchoReply: 161,
  },
};

/** An ICMP port as written. */
interface IcmpText {
  readonly family?: IcmpFamily | null | undefined;
  readonly type?: string | number | null | undefined;
  readonly code?: number | null | undefined;
}

/** Names that a type may have, in one family or in any. */
export function icmpTypeNames(family?: IcmpFamily | null): string[] {
  const asked = family == null ? ([...Object.keys(icmpFamilies)] as IcmpFamily[]) : [family];
  return [...new Set(asked.flatMap((one) => Object.keys(types[one])))].sort();
}

/** The messages that a text means, for each family that has them: none if it names a type that there is not. */
export function icmpPorts({ family, type, code }: IcmpText): PolicyPort[] {
  const families = family == null ? (["IPv4", "IPv6"] as const) : [family];
  return families.flatMap((one): PolicyPort[] => {
    const protocol = icmpFamilies[one];
    if (type == null) return [{ kind: "range", protocol, from: 0, to: 0xffff }];
    const number = typeof type === "number" ? type : types[one][type];
    if (number === undefined) return [];
    const first = number << 8;
    if (code == null) return [{ kind: "range", protocol, from: first, to: first | 0xff }];
    return [{ kind: "range", protocol, from: first | code, to: first | code }];
  });
}
