import { type InNetns, type NetworkOperation, request, runNetwork } from "./netlink-message.ts";

/** A feature of a device, as `ethtool -k` and the kernel name it: "rx-gro", "tx-udp-segmentation". */
export interface FeatureOptions {
  readonly ifname: string;
  readonly feature: string;
  readonly on: boolean;
  readonly tolerate?: readonly string[];
}

/** Switches a feature of a device. */
export function setFeatureOperation({
  ifname,
  feature,
  on,
  tolerate = [],
}: FeatureOptions): NetworkOperation {
  return { call: `ethtool ${ifname} ${feature}`, ifname, feature, value: on ? "on" : "off", tolerate };
}

/** Switches a feature of a device. Throws EINVAL (no such feature), EOPNOTSUPP (it is fixed), ENODEV. */
export function setFeature(options: FeatureOptions & InNetns): Promise<void> {
  return runNetwork(options.netns, [setFeatureOperation(options)]);
}

/** The features of a device, and whether they are on. */
export async function features(
  device: { readonly ifname: string } & InNetns,
): Promise<ReadonlyMap<string, boolean>> {
  const operation = { call: `ethtool ${device.ifname}`, ifname: device.ifname };
  const [reply] = await request(device.netns, [operation]);
  const lines = (reply?.value ?? "").trimEnd().split("\n");
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), line.endsWith(" on")]));
}
