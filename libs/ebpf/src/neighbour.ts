import type { DeviceName } from "./device.ts";
import { formatInet, formatMac, parseInet, parseMac } from "./inet.ts";
import {
  type InNetns,
  MessageWriter,
  type NetworkOperation,
  nativeOrder,
  parseMessage,
  request,
  runNetwork,
} from "./netlink-message.ts";

/** A permanent neighbour entry: which MAC an address has on a device. */
export interface NeighbourOptions extends DeviceName {
  readonly address: string;
  readonly mac: string;
  readonly tolerate?: readonly string[];
}

/** A neighbour entry that is there. */
export interface Neighbour {
  readonly ifindex: number;
  readonly address: string;
  /** "" while it is being looked for. */
  readonly mac: string;
  readonly state:
    | "incomplete"
    | "reachable"
    | "stale"
    | "delay"
    | "probe"
    | "failed"
    | "noarp"
    | "permanent"
    | "none";
}

const [RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH] = [28, 29, 30];
const [NLM_F_REPLACE, NLM_F_CREATE, NLM_F_DUMP] = [0x100, 0x400, 0x300];
const [NDA_DST, NDA_LLADDR] = [1, 2];
const NUD_PERMANENT = 0x80;
const states: readonly Neighbour["state"][] = [
  "incomplete",
  "reachable",
  "stale",
  "delay",
  "probe",
  "failed",
  "noarp",
  "permanent",
];

/** Adds or replaces a permanent neighbour entry. */
export function addNeighbourOperation(options: NeighbourOptions): NetworkOperation {
  const { family, bytes } = parseInet(options.address);
  const message = new MessageWriter(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
  message.u8(family).u8(0).u16(0).device(options).u16(NUD_PERMANENT).u8(0).u8(0);
  message.attribute(NDA_DST, (into) => into.bytes(bytes));
  message.attribute(NDA_LLADDR, (into) => into.bytes(parseMac(options.mac)));
  return message.operation(`RTM_NEWNEIGH ${options.address}`, options.tolerate);
}

/** Removes a neighbour entry. */
export function deleteNeighbourOperation(options: Omit<NeighbourOptions, "mac">): NetworkOperation {
  const { family, bytes } = parseInet(options.address);
  const message = new MessageWriter(RTM_DELNEIGH, 0)
    .u8(family)
    .u8(0)
    .u16(0)
    .device(options)
    .u16(0)
    .u8(0)
    .u8(0);
  message.attribute(NDA_DST, (into) => into.bytes(bytes));
  return message.operation(`RTM_DELNEIGH ${options.address}`, options.tolerate);
}

/** Adds or replaces a permanent neighbour entry. Throws ENODEV. */
export function addNeighbour(options: NeighbourOptions & InNetns): Promise<void> {
  return runNetwork(options.netns, [addNeighbourOperation(options)]);
}

/** Removes a neighbour entry. Throws ENOENT. */
export function deleteNeighbour(options: Omit<NeighbourOptions, "mac"> & InNetns): Promise<void> {
  return runNetwork(options.netns, [deleteNeighbourOperation(options)]);
}

/** The neighbour entries of a namespace, of both families. */
export async function neighbours(netns?: string): Promise<Neighbour[]> {
  const dump = new MessageWriter(RTM_GETNEIGH, NLM_F_DUMP)
    .bytes(new Uint8Array(12))
    .operation("RTM_GETNEIGH");
  const [reply] = await request(netns, [dump]);
  return (reply?.messages ?? []).flatMap((bytes) => {
    const { header, attributes } = parseMessage(bytes, 12);
    const address = attributes.get(NDA_DST);
    if (address === undefined || (address.length !== 4 && address.length !== 16)) return [];
    const state = header.getUint16(8, nativeOrder);
    return {
      ifindex: header.getInt32(4, nativeOrder),
      address: formatInet(address),
      mac: formatMac(attributes.get(NDA_LLADDR) ?? new Uint8Array(0)),
      state: states.find((_, bit) => (state & (1 << bit)) !== 0) ?? "none",
    };
  });
}
