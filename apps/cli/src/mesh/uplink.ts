import { addresses, type DeviceAddress, links, routes } from "@weft/ebpf";
import { type Address, formatAddress, parseAddress, WeftError } from "@weft/netaddr";

/** The device towards the other hosts, and this host's address on it. */
interface Uplink {
  readonly uplink: string;
  readonly underlay: string;
}

/**
 * The named device, or that of the default route; FAILED_PRECONDITION when there is none, or it has no address. The address
 * is the wanted one (INVALID_ARGUMENT when this host does not have it), or the first that others could reach.
 */
export async function findUplink(wanted: string | undefined, address: string | undefined): Promise<Uplink> {
  const devices = await links();
  const ifindex = wanted === undefined ? await defaultIfindex() : undefined;
  const device = devices.find((one) =>
    ifindex === undefined ? one.name === wanted : one.ifindex === ifindex,
  );
  if (device === undefined) {
    const message =
      wanted === undefined ? "this machine has no default route" : `there is no device ${wanted}`;
    throw new WeftError(wanted === undefined ? "FAILED_PRECONDITION" : "INVALID_ARGUMENT", message, {
      field: "--uplink",
      expected: "a device that is up",
    });
  }
  const uplink = device.name;
  const all = await addresses();
  if (address !== undefined) return { uplink, underlay: checkHeld(address, all) };
  const own = all.filter((one) => one.ifindex === device.ifindex).map((one) => one.address);
  const usable = own.map((one) => one.split("/")[0] ?? "").filter((one) => !one.startsWith("fe80:"));
  const underlay = usable.find((one) => one.includes(".")) ?? usable[0];
  if (underlay !== undefined) return { uplink, underlay };
  throw new WeftError("FAILED_PRECONDITION", `${uplink} has no address that other hosts could reach`, {
    field: "--uplink",
  });
}

/** The address in its canonical form. */
function checkHeld(text: string, held: readonly DeviceAddress[]): string {
  const field = "--underlay";
  const expected = "an address that this host has now";
  const wanted = formatAddress(parse(text, field, expected));
  if (held.some(({ address }) => address.split("/")[0] === wanted)) return wanted;
  throw new WeftError("INVALID_ARGUMENT", `this host has no address ${wanted}`, { field, expected });
}

function parse(text: string, field: string, expected: string): Address {
  try {
    return parseAddress(text);
  } catch (cause) {
    throw new WeftError("INVALID_ARGUMENT", `${text} is no address`, { cause, field, expected });
  }
}

async function defaultIfindex(): Promise<number> {
  const found = (await routes()).filter((route) => route.dst.endsWith("/0") && route.ifindex !== 0);
  return found.find((route) => route.family === 4)?.ifindex ?? found[0]?.ifindex ?? 0;
}
