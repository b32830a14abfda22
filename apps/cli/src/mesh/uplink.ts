import { addresses, links, routes } from "@weft/ebpf";
import { WeftError } from "@weft/netaddr";

/** The device towards the other hosts, and this host's address on it. */
export interface Uplink {
  readonly uplink: string;
  readonly underlay: string;
}

/** The named device, or that of the default route; FAILED_PRECONDITION when there is none, or it has no address. */
export async function findUplink(wanted: string | undefined): Promise<Uplink> {
  const devices = await links();
  const ifindex = wanted === undefined ? await defaultIfindex() : undefined;
  const device = devices.find((one) =>
    ifindex === undefined ? one.name === wanted : one.ifindex === ifindex,
  );
  if (device === undefined) {
    const message =
      wanted === undefined ? "this machine has no default route" : `there is no device ${wanted}`;
    throw new WeftError("FAILED_PRECONDITION", message, {
      field: "--uplink",
      expected: "a device that is up",
    });
  }
  const uplink = device.name;
  const own = (await addresses())
    .filter((one) => one.ifindex === device.ifindex)
    .map(({ address }) => address);
  const usable = own
    .map((address) => address.split("/")[0] ?? "")
    .filter((address) => !address.startsWith("fe80:"));
  const underlay = usable.find((address) => address.includes(".")) ?? usable[0];
  if (underlay !== undefined) return { uplink, underlay };
  throw new WeftError("FAILED_PRECONDITION", `${uplink} has no address that other hosts could reach`, {
    field: "--uplink",
  });
}

async function defaultIfindex(): Promise<number> {
  const found = (await routes()).filter((route) => route.dst.endsWith("/0") && route.ifindex !== 0);
  return found.find((route) => route.family === 4)?.ifindex ?? found[0]?.ifindex ?? 0;
}
