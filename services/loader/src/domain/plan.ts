// The difference between what should be and what is, as operations in the order in which they are safe: shared maps,
// devices, programs with their maps, links, and only then the removal of what is no longer wanted. Pure.
import { type Actual, hasUplink } from "./actual.ts";
import { entriesDifference } from "./bytes.ts";
import { type Desired, type EndpointWish, uplinkOwner } from "./desired.ts";
import type { Operation } from "./operation.ts";
import { planDevice } from "./plan-device.ts";
import { type ProgramSteps, planProgram } from "./plan-program.ts";

/** Steps that turn `actual` into `desired`; none when they agree. The same input gives the same steps. */
export function plan(desired: Desired, held: Actual): Operation[] {
  const maps = missingMaps(desired, held);
  const actual = maps.length === 0 ? held : withoutMaps(held, maps);
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
  const narrower =
    maps.length === 0 && devices.some(({ before }) => before.some(({ kind }) => kind === "device_resize"));
  return [
    ...sysctlSteps(desired, actual),
    ...maps,
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

type MapsCreate = Extract<Operation, { kind: "maps_create" }>;

/** Maps that are not there, or of another layout than the programs to come expect. */
function missingMaps(desired: Desired, actual: Actual): MapsCreate[] {
  const missing = Object.entries(desired.layouts).filter(([name, layout]) => actual.layouts[name] !== layout);
  if (missing.length === 0) return [];
  return [{ kind: "maps_create", digest: desired.mapsFrom, layouts: Object.fromEntries(missing) }];
}

/** As if those maps were not there: programs that run have others of these names, and are to be replaced. */
function withoutMaps(actual: Actual, [create]: readonly MapsCreate[]): Actual {
  const fresh = Object.keys(create?.layouts ?? {});
  const maps = Object.fromEntries(Object.entries(actual.maps).filter(([name]) => !fresh.includes(name)));
  const programs = new Map([...actual.programs].map(([owner, state]) => [owner, { ...state, digest: "" }]));
  return { ...actual, maps, programs };
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
