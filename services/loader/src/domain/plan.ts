// The difference between what should be and what is, as operations in the order in which they are safe: shared maps,
// devices, programs with their maps, links, and only then the removal of what is no longer wanted. Pure.
import { type Actual, hasUplink } from "./actual.ts";
import { entriesDifference } from "./bytes.ts";
import { type Desired, type EndpointWish, uplinkOwner } from "./desired.ts";
import type { Operation } from "./operation.ts";
import { planDevice } from "./plan-device.ts";
import { type ProgramSteps, planProgram } from "./plan-program.ts";

/** Steps that turn `actual` into `desired`; none when they agree. The same input gives the same steps. */
export function plan(desired: Desired, actual: Actual): Operation[] {
  const endpoints = [...desired.endpoints.values()]
    .filter((endpoint) => !actual.gone.has(endpoint.device.netns))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const devices = endpoints.map((endpoint) =>
    planDevice(endpoint.device, actual.devices.get(endpoint.device.name)),
  );
  const programs = endpoints.map((endpoint) => planProgram(endpoint.program, desired.revision, actual));
  // An uplink that is gone may come back; what containers of this host need of each other does not wait for it.
  const uplink = hasUplink(actual) ? planProgram(desired.uplink, desired.revision, actual) : noSteps;
  const puts = mapPuts(desired, actual);
  // Where the way to other hosts takes more room from now on, it is taken when no packet is too large for it any more.
  const narrower = devices.some(({ before }) => before.some(({ kind }) => kind === "device_resize"));
  return [
    ...sysctlSteps(desired, actual),
    ...missingMaps(desired, actual),
    ...(narrower ? [] : puts),
    ...devices.flatMap((steps) => steps.before),
    ...uplink.load,
    ...programs.flatMap((steps) => steps.load),
    // Links first and together: making one waits for the kernel, and all can wait at once.
    ...[uplink, ...programs].flatMap((steps) => steps.links),
    ...programs.flatMap((steps) => steps.slots),
    ...(narrower ? puts : []),
    ...devices.flatMap((steps) => steps.after),
    ...mapRemovals(desired, actual),
    ...removals(desired, endpoints, actual),
  ];
}

const noSteps: ProgramSteps = { load: [], links: [], slots: [] };

function sysctlSteps(desired: Desired, actual: Actual): Operation[] {
  const device = desired.uplink.ifindexes.uplink_ifindex;
  return Object.entries(desired.sysctls)
    .filter(([name, value]) => actual.sysctls[name] !== value)
    .filter(([name]) => hasUplink(actual) || !name.includes(`/${device}/`))
    .map(([name, value]) => ({ kind: "sysctl_set", name, value }));
}

function missingMaps(desired: Desired, actual: Actual): Operation[] {
  const names = desired.mapNames.filter((name) => actual.maps[name] === undefined);
  return names.length === 0 ? [] : [{ kind: "maps_create", digest: desired.mapsFrom, names }];
}

const filled = ["hosts", "peers"] as const;

function difference(desired: Desired, actual: Actual, map: (typeof filled)[number]) {
  const held = actual.maps[map];
  return entriesDifference(desired.maps[map], held === undefined || held === "present" ? new Map() : held);
}

function mapPuts(desired: Desired, actual: Actual): Operation[] {
  return filled.flatMap((map): Operation[] => {
    const { put } = difference(desired, actual, map);
    return put.length === 0 ? [] : [{ kind: "map_put", map, entries: put }];
  });
}

function mapRemovals(desired: Desired, actual: Actual): Operation[] {
  return [...filled].reverse().flatMap((map): Operation[] => {
    const { remove } = difference(desired, actual, map);
    return remove.length === 0 ? [] : [{ kind: "map_remove", map, keys: remove }];
  });
}

/** What belongs to nobody any more: slots, then programs and their pins, then devices. */
function removals(desired: Desired, wanted: readonly EndpointWish[], actual: Actual): Operation[] {
  const kept = [...desired.unresolved.values()];
  const slots = new Set([...wanted.map(({ program }) => program.slot), ...kept.map(({ slot }) => slot)]);
  const owners = new Set([uplinkOwner, ...wanted.map(({ id }) => id), ...desired.unresolved.keys()]);
  const names = new Set([...wanted.map(({ device }) => device.name), ...kept.map(({ device }) => device)]);
  const clear = [...actual.slots.keys()].filter((slot) => !slots.has(slot)).sort((a, b) => a - b);
  const drop = [...actual.programs.keys()].filter((owner) => !owners.has(owner)).sort();
  const devices = [...actual.devices.keys()].filter((name) => !names.has(name)).sort();
  return [
    ...clear.map((slot): Operation => ({ kind: "slot_clear", slot })),
    ...drop.map((owner): Operation => ({ kind: "owner_remove", owner })),
    ...devices.map((name): Operation => ({ kind: "device_remove", name })),
  ];
}
