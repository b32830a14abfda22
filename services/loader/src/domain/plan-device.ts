import type { DeviceState, InsideState } from "./actual.ts";
import type { DeviceWish, Operation } from "./operation.ts";

/** Steps for a container's device: before its programs are attached, and after. */
interface DeviceSteps {
  readonly before: readonly Operation[];
  readonly after: readonly Operation[];
}

/**
 * A device is made with its host's end down and comes up after its programs are attached, so that no packet of the
 * container is ever seen by the host without them.
 */
export function planDevice(device: DeviceWish, actual: DeviceState | undefined): DeviceSteps {
  const { owner } = device;
  const stale = (actual?.routes ?? []).filter((route) => !device.addresses.includes(route));
  const up: Operation = { kind: "device_up", owner, device, stale };
  if (actual?.inside === undefined) {
    return { before: [{ kind: "device_create", owner, device }], after: [{ ...up, stale: [] }] };
  }
  const { inside } = actual;
  const { before, after } = settle(device, actual, inside);
  const ways = actual.up && sameTexts(actual.routes, device.addresses) ? [] : [up];
  return { before, after: [...after, ...ways] };
}

/** Only what differs is touched: what a container has open must not notice that its neighbour got an address. */
function settle(device: DeviceWish, actual: DeviceState, inside: InsideState): DeviceSteps {
  const { owner } = device;
  if (actual.mac !== device.hostMac || !inside.up || inside.mac !== device.mac) {
    return { before: [{ kind: "device_configure", owner, device }], after: [] };
  }
  const addressed =
    sameTexts(inside.addresses, device.addresses) &&
    familiesOf(device.addresses).every((family) => inside.ways.includes(family));
  const readdress: Operation[] = addressed ? [] : [{ kind: "device_readdress", owner, device }];
  if (actual.mtu === device.mtu && inside.mtu === device.mtu) return { before: readdress, after: [] };
  const resize: Operation = { kind: "device_resize", owner, device };
  // Smaller before the tunnel takes more room, larger after it takes less.
  const grows = device.mtu > Math.max(actual.mtu, inside.mtu);
  return grows ? { before: readdress, after: [resize] } : { before: [...readdress, resize], after: [] };
}

/** Families of addresses as they are written, 4 first. */
export function familiesOf(addresses: readonly string[]): (4 | 6)[] {
  return ([4, 6] as const).filter((family) =>
    addresses.some((address) => address.includes(":") === (family === 6)),
  );
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}
