import type { DeviceName } from "./device.ts";
import { formatInet, parseInet } from "./inet.ts";
import {
  type InNetns,
  MessageWriter,
  type NetworkOperation,
  nativeOrder,
  parseMessage,
  request,
  runNetwork,
  u32,
} from "./netlink-message.ts";

/** An address of a device. */
export interface AddressOptions extends DeviceName {
  /** "fd00::1/64"; without a length the whole address. */
  readonly address: string;
  /** IPv6: usable at once, without duplicate address detection. */
  readonly nodad?: boolean;
  readonly tolerate?: readonly string[];
}

/** An address that a device has. */
export interface DeviceAddress {
  readonly ifindex: number;
  /** With the prefix length, "fd00::1/64". */
  readonly address: string;
  /** Duplicate address detection is not done yet. */
  readonly tentative: boolean;
  /** Another host has this address (RFC 4862 section 5.4.5): it is not used. */
  readonly duplicate: boolean;
  /** Past its preferred lifetime: no longer for new connections (RFC 4862 section 5.5.4). */
  readonly deprecated: boolean;
  /** One of IPv6 that changes by itself (RFC 8981). */
  readonly temporary: boolean;
}

const [RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR] = [20, 21, 22];
const [NLM_F_EXCL, NLM_F_CREATE, NLM_F_DUMP] = [0x200, 0x400, 0x300];
const [IFA_ADDRESS, IFA_LOCAL, IFA_FLAGS] = [1, 2, 8];
const [IFA_F_TEMPORARY, IFA_F_NODAD, IFA_F_DADFAILED, IFA_F_DEPRECATED, IFA_F_TENTATIVE] = [
  0x01, 0x02, 0x08, 0x20, 0x40,
];

function message(type: number, flags: number, options: AddressOptions): NetworkOperation {
  const { family, bytes, length } = parseInet(options.address);
  const writer = new MessageWriter(type, flags).u8(family).u8(length).u8(0).u8(0).device(options);
  writer
    .attribute(IFA_LOCAL, (into) => into.bytes(bytes))
    .attribute(IFA_ADDRESS, (into) => into.bytes(bytes));
  if (options.nodad === true) writer.attribute(IFA_FLAGS, (into) => into.u32(IFA_F_NODAD));
  const verb = type === RTM_NEWADDR ? "RTM_NEWADDR" : "RTM_DELADDR";
  return writer.operation(
    `${verb} ${options.address} ${options.ifname ?? options.ifindex}`,
    options.tolerate,
  );
}

/** Adds an address. */
export function addAddressOperation(options: AddressOptions): NetworkOperation {
  return message(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, options);
}

/** Removes an address. */
export function deleteAddressOperation(options: AddressOptions): NetworkOperation {
  return message(RTM_DELADDR, 0, options);
}

/** Adds an address to a device. Throws EEXIST, ENODEV. */
export function addAddress(options: AddressOptions & InNetns): Promise<void> {
  return runNetwork(options.netns, [addAddressOperation(options)]);
}

/** Removes an address from a device. Throws EADDRNOTAVAIL. */
export function deleteAddress(options: AddressOptions & InNetns): Promise<void> {
  return runNetwork(options.netns, [deleteAddressOperation(options)]);
}

/** All addresses in a namespace. */
export async function addresses(netns?: string): Promise<DeviceAddress[]> {
  const dump = new MessageWriter(RTM_GETADDR, NLM_F_DUMP)
    .u8(0)
    .u8(0)
    .u8(0)
    .u8(0)
    .u32(0)
    .operation("RTM_GETADDR");
  const [reply] = await request(netns, [dump]);
  return (reply?.messages ?? []).map((bytes) => {
    const { header, attributes } = parseMessage(bytes, 8);
    const address = attributes.get(IFA_LOCAL) ?? attributes.get(IFA_ADDRESS) ?? new Uint8Array(4);
    const flags = u32(attributes.get(IFA_FLAGS)) ?? header.getUint8(2);
    return {
      ifindex: header.getUint32(4, nativeOrder),
      address: `${formatInet(address)}/${header.getUint8(1)}`,
      tentative: (flags & IFA_F_TENTATIVE) !== 0,
      duplicate: (flags & IFA_F_DADFAILED) !== 0,
      deprecated: (flags & IFA_F_DEPRECATED) !== 0,
      // The same bit means "secondary" of IPv4.
      temporary: address.length === 16 && (flags & IFA_F_TEMPORARY) !== 0,
    };
  });
}
