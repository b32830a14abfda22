// Operations as lines of text, for `weft plan`.
import type { Operation } from "./operation.ts";

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : noun.endsWith("y") ? "" : "s"}`.replace(/y$/, n === 1 ? "y" : "ies");
}

/** One operation in words. */
export function describe(operation: Operation): string {
  switch (operation.kind) {
    case "sysctl_set":
      return `set ${operation.name} = ${operation.value}`;
    case "maps_create":
      return `create shared maps ${Object.keys(operation.layouts).join(", ")}`;
    case "map_put":
      return `write ${count(operation.entries.length, "entry")} into ${operation.map}`;
    case "map_remove":
      return `remove ${count(operation.keys.length, "entry")} from ${operation.map}`;
    case "device_create":
      return `create ${operation.device.name} for ${operation.owner}: ${operation.device.interface} ${operation.device.addresses.join(" ")} mtu ${operation.device.mtu}`;
    case "device_configure":
      return `configure ${operation.device.name} of ${operation.owner} again: ${operation.device.addresses.join(" ")} mtu ${operation.device.mtu}`;
    case "device_readdress":
      return `give ${operation.owner} the addresses ${operation.device.addresses.join(" ")} and no others`;
    case "device_resize":
      return `set the mtu of ${operation.device.name} of ${operation.owner} to ${operation.device.mtu}`;
    case "device_up":
      return `set ${operation.device.name} of ${operation.owner} up, with routes ${operation.device.addresses.join(" ")}`;
    case "device_remove":
      return `remove device ${operation.name}`;
    case "program_load":
      return `load ${operation.program.tier} object ${operation.program.digest.slice(0, 12)} for ${operation.owner}`;
    case "map_fill":
      return `fill ${operation.map} of ${operation.owner} with ${count(operation.entries.length, "entry")}`;
    case "link_attach":
      return `attach ${operation.hook.hook} of ${operation.owner} at ${operation.hook.device} ${operation.hook.direction}`;
    case "link_update":
      return `replace ${operation.hook.hook} of ${operation.owner} at ${operation.hook.device} ${operation.hook.direction}`;
    case "slot_set":
      return `point slot ${operation.slot} to ${operation.owner}`;
    case "slot_clear":
      return `clear slot ${operation.slot}`;
    case "owner_remove":
      return `remove programs and pins of ${operation.owner}`;
  }
}
