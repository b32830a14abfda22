import type { DeviceName } from "./device.ts";
import { AF_INET, AF_INET6, formatInet, type InetPrefix, parseInet } from "./inet.ts";
import {
  type InNetns,
  MessageWriter,
  type NetworkOperation,
  parseAttributes,
  parseMessage,
  request,
  runNetwork,
  u32,
} from "./netlink-message.ts";

/** What becomes of packets on a route. */
export type RouteType = "unicast" | "local" | "blackhole" | "unreachable" | "prohibit";

/** A route. */
export interface RouteOptions extends DeviceName {
  /** "fd00::/48", "10.0.0.0/8"; "default" takes its family from `via`, then `src`, then IPv4. */
  readonly dst: string;
  /** Next hop. One of the other family is possible (IPv4 via IPv6). */
  readonly via?: string;
  /** The next hop is on the device even if no prefix says so. */
  readonly onlink?: boolean;
  /** Preferred source address. */
  readonly src?: string;
  readonly mtu?: number;
  readonly metric?: number;
  /** Default 254, main. */
  readonly table?: number;
  readonly type?: RouteType;
  /** Default: fail with EEXIST. */
  readonly replace?: boolean;
  readonly tolerate?: readonly string[];
}

/** A route that is there. */
export interface Route {
  readonly dst: string;
  readonly via: string | undefined;
  /** 0 for routes without a device. */
  readonly ifindex: number;
  readonly src: string | undefined;
  readonly mtu: number | undefined;
  readonly metric: number;
  readonly table: number;
  readonly type: RouteType | "other";
  readonly family: 4 | 6;
}

const [RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE] = [24, 25, 26];
const [NLM_F_REPLACE, NLM_F_EXCL, NLM_F_CREATE, NLM_F_DUMP] = [0x100, 0x200, 0x400, 0x300];
const [RTA_DST, RTA_OIF, RTA_GATEWAY, RTA_PRIORITY, RTA_PREFSRC, RTA_METRICS, RTA_TABLE, RTA_VIA] = [
  1, 4, 5, 6, 7, 8, 15, 18,
];
const RTAX_MTU = 2;
const RTNH_F_ONLINK = 4;
const RTPROT_STATIC = 4;
const [SCOPE_UNIVERSE, SCOPE_LINK, SCOPE_HOST, SCOPE_NOWHERE] = [0, 253, 254, 255];
const types: readonly (RouteType | undefined)[] = [
  undefined,
  "unicast",
  "local",
  undefined,
  undefined,
  undefined,
  "blackhole",
  "unreachable",
  "prohibit",
];

function destination({ dst, via, src }: RouteOptions): InetPrefix {
  if (dst !== "default") return parseInet(dst);
  const like = via ?? src;
  const family = like === undefined ? AF_INET : parseInet(like).family;
  return { family, bytes: new Uint8Array(family === AF_INET ? 4 : 16), length: 0 };
}

function scopeOf(options: RouteOptions, family: number, remove: boolean): number {
  if (remove) return SCOPE_NOWHERE;
  if (options.type === "local") return SCOPE_HOST;
  const direct = options.via === undefined && (options.type ?? "unicast") === "unicast";
  return family === AF_INET && direct ? SCOPE_LINK : SCOPE_UNIVERSE;
}

function message(type: number, flags: number, options: RouteOptions): NetworkOperation {
  const { via, onlink, src, mtu, metric, table = 254, ifname, ifindex } = options;
  const dst = destination(options);
  const remove = type === RTM_DELROUTE;
  const writer = new MessageWriter(type, flags);
  writer
    .u8(dst.family)
    .u8(dst.length)
    .u8(0)
    .u8(0)
    .u8(table < 256 ? table : 0);
  writer.u8(remove ? 0 : RTPROT_STATIC).u8(scopeOf(options, dst.family, remove));
  writer.u8(types.indexOf(options.type ?? "unicast")).u32(onlink === true ? RTNH_F_ONLINK : 0);
  if (dst.length > 0) writer.attribute(RTA_DST, (into) => into.bytes(dst.bytes));
  writer.attribute(RTA_TABLE, (into) => into.u32(table));
  if (ifname !== undefined || ifindex !== undefined)
    writer.attribute(RTA_OIF, (into) => into.device(options));
  if (via !== undefined) nextHop(writer, dst.family, parseInet(via));
  if (src !== undefined) writer.attribute(RTA_PREFSRC, (into) => into.bytes(parseInet(src).bytes));
  if (metric !== undefined) writer.attribute(RTA_PRIORITY, (into) => into.u32(metric));
  if (mtu !== undefined) {
    writer.attribute(RTA_METRICS, (into) => into.attribute(RTAX_MTU, (value) => value.u32(mtu)));
  }
  return writer.operation(`${remove ? "RTM_DELROUTE" : "RTM_NEWROUTE"} ${options.dst}`, options.tolerate);
}

function nextHop(writer: MessageWriter, family: number, via: InetPrefix): void {
  if (via.family === family) writer.attribute(RTA_GATEWAY, (into) => into.bytes(via.bytes));
  else writer.attribute(RTA_VIA, (into) => into.u16(via.family).bytes(via.bytes));
}

/** Adds a route. */
export function addRouteOperation(options: RouteOptions): NetworkOperation {
  return message(
    RTM_NEWROUTE,
    NLM_F_CREATE | (options.replace === true ? NLM_F_REPLACE : NLM_F_EXCL),
    options,
  );
}

/** Removes a route. */
export function deleteRouteOperation(options: RouteOptions): NetworkOperation {
  return message(RTM_DELROUTE, 0, options);
}

/** Adds a route. Throws EEXIST, ENODEV, ENETUNREACH (next hop not on a link). */
export function addRoute(options: RouteOptions & InNetns): Promise<void> {
  return runNetwork(options.netns, [addRouteOperation(options)]);
}

/** Removes a route. Throws ESRCH. */
export function deleteRoute(options: RouteOptions & InNetns): Promise<void> {
  return runNetwork(options.netns, [deleteRouteOperation(options)]);
}

/** Routes of a namespace, of both families; `table` 0 for all tables, default main. */
export async function routes(netns?: string, table = 254): Promise<Route[]> {
  const dumps = [AF_INET, AF_INET6].map((family) =>
    new MessageWriter(RTM_GETROUTE, NLM_F_DUMP)
      .u8(family)
      .bytes(new Uint8Array(11))
      .operation("RTM_GETROUTE"),
  );
  const replies = await request(netns, dumps);
  return replies
    .flatMap((reply) => reply.messages.map(parseRoute))
    .filter((route) => table === 0 || route.table === table);
}

/**
 * For each address the way that the kernel would send a packet, by all its tables and rules; undefined: none, or one that says
 * "unreachable".
 */
export async function routesTo(wanted: readonly string[], netns?: string): Promise<(Route | undefined)[]> {
  const tolerate = ["ENETUNREACH", "EHOSTUNREACH", "EACCES", "EINVAL"];
  const gets = wanted.map((address) => {
    const { family, bytes, length } = parseInet(address);
    return new MessageWriter(RTM_GETROUTE, 0)
      .u8(family)
      .u8(length)
      .bytes(new Uint8Array(10))
      .attribute(RTA_DST, (into) => into.bytes(bytes))
      .operation(`RTM_GETROUTE ${address}`, tolerate);
  });
  const replies = await request(netns, gets);
  return replies.map(({ messages: [message] }) => {
    const route = message === undefined ? undefined : parseRoute(message);
    return route !== undefined && leads(route) ? route : undefined;
  });
}

function leads({ type }: Route): boolean {
  return type === "unicast" || type === "local";
}

function parseRoute(bytes: Uint8Array): Route {
  const { header, attributes } = parseMessage(bytes, 12);
  const family = header.getUint8(0);
  const via = attributes.get(RTA_GATEWAY) ?? attributes.get(RTA_VIA)?.subarray(2);
  const src = attributes.get(RTA_PREFSRC);
  const metrics = parseAttributes(attributes.get(RTA_METRICS) ?? new Uint8Array(0));
  const dst = attributes.get(RTA_DST) ?? new Uint8Array(family === AF_INET ? 4 : 16);
  return {
    dst: `${formatInet(dst)}/${header.getUint8(1)}`,
    via: via === undefined ? undefined : formatInet(via),
    ifindex: u32(attributes.get(RTA_OIF)) ?? 0,
    src: src === undefined ? undefined : formatInet(src),
    mtu: u32(metrics.get(RTAX_MTU)),
    metric: u32(attributes.get(RTA_PRIORITY)) ?? 0,
    table: u32(attributes.get(RTA_TABLE)) ?? header.getUint8(4),
    type: types[header.getUint8(7)] ?? "other",
    family: family === AF_INET ? 4 : 6,
  };
}
