import { formatMac, parseMac } from "./inet.ts";
import {
  type InNetns,
  MessageWriter,
  type NetworkOperation,
  nativeOrder,
  parseAttributes,
  parseMessage,
  request,
  runNetwork,
  text,
  u32,
} from "./netlink-message.ts";

/** A device to change: by name or by index. */
export interface DeviceName {
  readonly ifname?: string;
  readonly ifindex?: number;
}

/** Properties of a device. */
export interface DeviceSettings {
  readonly up?: boolean;
  readonly mtu?: number;
  readonly mac?: string;
}

/** One end of a veth pair. */
export interface VethEnd extends Omit<DeviceSettings, "up"> {
  readonly name: string;
  /** The namespace it is made in; default that of the call. */
  readonly netns?: string;
}

/** A veth pair; the outer end is made in the call's namespace. */
export interface VethOptions extends VethEnd {
  readonly peer: VethEnd;
  readonly tolerate?: readonly string[];
}

/** A network device. */
export interface Device {
  readonly ifindex: number;
  readonly name: string;
  /** "veth", "vxlan", ...; "" for hardware and loopback. */
  readonly kind: string;
  readonly mac: string;
  readonly mtu: number;
  /** Free text that whoever made the device left on it; "" without. */
  readonly alias: string;
  readonly up: boolean;
  /** Has a carrier too. */
  readonly running: boolean;
  /** Index of the other end of a veth, in its own namespace; 0 without. */
  readonly peerIfindex: number;
  /** Number that the device's namespace has for its other end's; undefined when both ends are in one. */
  readonly peerNetnsId: number | undefined;
}

const [RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK] = [16, 17, 18];
const [NLM_F_EXCL, NLM_F_CREATE, NLM_F_DUMP] = [0x200, 0x400, 0x300];
const [IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, IFLA_LINK, IFLA_LINKINFO, IFLA_NET_NS_FD] = [1, 3, 4, 5, 18, 28];
const [IFLA_IFALIAS, IFLA_LINK_NETNSID, IFLA_GSO_MAX_SIZE, IFLA_GSO_IPV4_MAX_SIZE] = [20, 37, 41, 63];
const [INFO_KIND, INFO_DATA, VETH_INFO_PEER] = [1, 2, 1];
const [IFF_UP, IFF_RUNNING] = [1, 0x40];
const encoder = new TextEncoder();

function ifinfomsg(message: MessageWriter, device: DeviceName, up: boolean | undefined): MessageWriter {
  message.u8(0).u8(0).u16(0).device(device);
  return message.u32(up === true ? IFF_UP : 0).u32(up === undefined ? 0 : IFF_UP);
}

function settings(message: MessageWriter, { mtu, mac }: DeviceSettings): MessageWriter {
  if (mtu !== undefined) message.attribute(IFLA_MTU, (into) => into.u32(mtu));
  if (mac !== undefined) message.attribute(IFLA_ADDRESS, (into) => into.bytes(parseMac(mac)));
  return message;
}

/** Makes a veth pair. Both ends are down: the kernel refuses to make them up (ENOTCONN). */
export function createVethOperation(options: VethOptions): NetworkOperation {
  const { name, peer, tolerate } = options;
  const message = new MessageWriter(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  settings(ifinfomsg(message, {}, undefined), options).text(IFLA_IFNAME, name);
  message.attribute(IFLA_LINKINFO, (info) =>
    info.text(INFO_KIND, "veth").attribute(INFO_DATA, (data) =>
      data.attribute(VETH_INFO_PEER, (end) => {
        settings(ifinfomsg(end, {}, undefined), peer).text(IFLA_IFNAME, peer.name);
        if (peer.netns !== undefined) end.netns(IFLA_NET_NS_FD, peer.netns);
      }),
    ),
  );
  return message.operation(`RTM_NEWLINK ${name}`, tolerate);
}

/** What `setLink` changes; only what is given. */
export interface SetLinkOptions extends DeviceName, DeviceSettings {
  /** New name; the device must be down on old kernels. */
  readonly name?: string;
  /** Free text, at most 255 bytes; "" takes away what there was. */
  readonly alias?: string;
  /** Bytes of the largest super-packet it is handed; above 65,536 ("BIG TCP") from Linux 5.19 on. IPv4 apart: Linux 6.3. */
  readonly gsoMaxSize?: number;
  readonly gsoIpv4MaxSize?: number;
  /** Moves the device into this namespace, where it is down. */
  readonly moveTo?: string;
  readonly tolerate?: readonly string[];
}

/** Changes a device. */
export function setLinkOperation(options: SetLinkOptions): NetworkOperation {
  const { up, name, alias, moveTo, ifname, ifindex, gsoMaxSize, gsoIpv4MaxSize, tolerate } = options;
  const message = settings(ifinfomsg(new MessageWriter(RTM_NEWLINK, 0), options, up), options);
  if (name !== undefined) message.text(IFLA_IFNAME, name);
  // A terminating zero would count as a byte of it.
  if (alias !== undefined) message.attribute(IFLA_IFALIAS, (into) => into.bytes(encoder.encode(alias)));
  if (gsoMaxSize !== undefined) message.attribute(IFLA_GSO_MAX_SIZE, (into) => into.u32(gsoMaxSize));
  if (gsoIpv4MaxSize !== undefined)
    message.attribute(IFLA_GSO_IPV4_MAX_SIZE, (into) => into.u32(gsoIpv4MaxSize));
  if (moveTo !== undefined) message.netns(IFLA_NET_NS_FD, moveTo);
  return message.operation(`RTM_NEWLINK ${ifname ?? ifindex}`, tolerate);
}

/** Deletes a device; both ends of a veth go. */
export function deleteLinkOperation(
  device: DeviceName & { readonly tolerate?: readonly string[] },
): NetworkOperation {
  const message = ifinfomsg(new MessageWriter(RTM_DELLINK, 0), device, undefined);
  return message.operation(`RTM_DELLINK ${device.ifname ?? device.ifindex}`, device.tolerate);
}

/** Makes a veth pair, its outer end in `netns`, and brings up what is to be up. Throws EEXIST when a name is taken. */
export async function createVeth(
  options: VethOptions &
    InNetns & { readonly up?: boolean; readonly peer: VethEnd & { readonly up?: boolean } },
): Promise<void> {
  const { name, netns, up, peer } = options;
  const upOperations = up === true ? [setLinkOperation({ ifname: name, up })] : [];
  await runNetwork(netns, [createVethOperation(options), ...upOperations]);
  if (peer.up === true) await setLink({ ifname: peer.name, up: true, ...inNetns(peer.netns ?? netns) });
}

function inNetns(netns: string | undefined): InNetns {
  return netns === undefined ? {} : { netns };
}

/** Changes a device. Throws ENODEV. */
export function setLink(options: SetLinkOptions & InNetns): Promise<void> {
  return runNetwork(options.netns, [setLinkOperation(options)]);
}

/** Deletes a device. Throws ENODEV. */
export function deleteLink(options: DeviceName & InNetns): Promise<void> {
  return runNetwork(options.netns, [deleteLinkOperation(options)]);
}

/** All devices of a namespace. */
export async function links(netns?: string): Promise<Device[]> {
  const dump = ifinfomsg(new MessageWriter(RTM_GETLINK, NLM_F_DUMP), {}, undefined).operation("RTM_GETLINK");
  const [reply] = await request(netns, [dump]);
  return (reply?.messages ?? []).map(parseDevice);
}

/** One device; undefined when there is none. */
export async function link(device: DeviceName & InNetns): Promise<Device | undefined> {
  const get = ifinfomsg(new MessageWriter(RTM_GETLINK, 0), device, undefined);
  const operation = get.operation(`RTM_GETLINK ${device.ifname ?? device.ifindex}`, ["ENODEV"]);
  const [reply] = await request(device.netns, [operation]);
  const message = reply?.messages[0];
  return message === undefined ? undefined : parseDevice(message);
}

function parseDevice(bytes: Uint8Array): Device {
  const { header, attributes } = parseMessage(bytes, 16);
  const flags = header.getUint32(8, nativeOrder);
  const info = parseAttributes(attributes.get(IFLA_LINKINFO) ?? new Uint8Array(0));
  return {
    ifindex: header.getInt32(4, nativeOrder),
    name: text(attributes.get(IFLA_IFNAME)),
    kind: text(info.get(INFO_KIND)),
    mac: formatMac(attributes.get(IFLA_ADDRESS) ?? new Uint8Array(0)),
    mtu: u32(attributes.get(IFLA_MTU)) ?? 0,
    alias: text(attributes.get(IFLA_IFALIAS)),
    up: (flags & IFF_UP) !== 0,
    running: (flags & IFF_RUNNING) !== 0,
    peerIfindex: u32(attributes.get(IFLA_LINK)) ?? 0,
    peerNetnsId: u32(attributes.get(IFLA_LINK_NETNSID)),
  };
}
