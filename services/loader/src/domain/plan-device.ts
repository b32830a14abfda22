import type { DeviceState, InsideState } from "./actual.ts";
import type { DeviceWish, Operation } from "./operation.ts";

/** Steps for a container's device: before its programs are attached, and after. */
export interface DeviceSteps {
  readonly before: readonly Operation[];
  readonly after: readonly Operation[];
}

/**
 * A device is made with its host's end down and comes up after its programs are attached, so that no packet of the
 * container is ever seen by the host without them.
 */
export function planDevice(device: DeviceWish, actual: DeviceState | undefined): DeviceSteps {
  const { owner } = device;
  const up: Operation = { kind: "device_up", owner, device };
  if (actual?.inside === undefined) {
    return { before: [{ kind: "device_create", owner, device }], after: [up] };
  }
  const configure: Operation = { kind: "device_configure", owner, device };
  return {
    before: asConfigured(device, actual, actual.inside) ? [] : [configure],
    after: actual.up && sameTexts(actual.routes, device.addresses) ? [] : [up],
  };
}

function asConfigured(device: DeviceWish, actual: DeviceState, inside: InsideState): boolean {
  return (
    actual.mac === device.hostMac &&
    actual.mtu === device.mtu &&
    inside.up &&
    inside.mac === device.mac &&
    inside.mtu === device.mtu &&
    sameTexts(inside.addresses, device.addresses)
  );
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}
