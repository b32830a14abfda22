import type { Aggregate, ExecuteOptions } from "@weft/log";
import { type Labels, labelKey, validateLabels, WeftError } from "@weft/netaddr";
import { batcher, type Handlers } from "@weft/rpc";
import type { IdentityCommand, NewIdentityEvent } from "./domain/decide.ts";
import type { IdentityState } from "./domain/state.ts";
import type { Usage } from "./usage.ts";

/** The one aggregate of this service. */
export type Identities = Aggregate<IdentityState, IdentityCommand, NewIdentityEvent>;

interface Asked<What> {
  readonly what: What;
  readonly actor: string;
  readonly cause: string;
}
interface Numbers {
  readonly identities: number[];
  readonly revision: number;
}

/** Label bytes of one event; NATS takes messages of 1 MiB. */
const eventLimitBytes = 512 * 1024;
const releaseLimit = 65_536;

/** The gRPC door. Calls that arrive together share one event. */
export function identityHandlers(identities: Identities, usage: Usage): Handlers<"Identity"> {
  const allocate = batcher<Asked<readonly Labels[]>, Numbers>({
    name: "identity.allocate",
    limit: eventLimitBytes,
    weight: ({ what }) => labelBytes(what),
    key: ({ actor }) => actor,
    run: (asked) => allocateAll(identities, usage, asked),
  });
  const release = batcher<Asked<readonly number[]>, number>({
    name: "identity.release",
    limit: releaseLimit,
    weight: ({ what }) => what.length,
    key: ({ actor }) => actor,
    run: (asked) => releaseAll(identities, asked),
  });
  return {
    async allocate(request, { actor, cause, signal }) {
      return await allocate({ what: checkedSets(request.sets), actor, cause }, signal);
    },
    async release(request, { actor, cause, signal }) {
      bound("identities", request.identities.length, releaseLimit);
      const { identities: what } = request;
      refuseUsed(what, await usage.look(signal), usage);
      const revision = await release({ what, actor, cause }, signal);
      // A container may have got one before the event: then that one was not released, and whoever asked is told.
      const used = await usage.look(signal);
      await keepUsed(identities, usage, { actor, cause });
      refuseUsed(what, used);
      return { revision };
    },
  };
}

async function allocateAll(
  identities: Identities,
  usage: Usage,
  asked: readonly Asked<readonly Labels[]>[],
): Promise<Numbers[]> {
  const sets = asked.flatMap(({ what }) => what);
  const renews = usage.promise.bind(usage);
  const { state, revision, event } = await identities.execute(
    { kind: "Allocate", sets, renews },
    askerOf(asked),
  );
  // Those that are new are promised as well.
  const recorded = event?.type === "IdentitiesAllocated" ? event.data.allocations : [];
  usage.recorded(recorded.map(({ identity }) => identity));
  for (const { identity } of recorded) usage.promise(identity);
  return asked.map(({ what }) => ({
    identities: what.map((labels) => state.numbers.get(labelKey(labels)) ?? 0),
    revision,
  }));
}

async function releaseAll(
  identities: Identities,
  asked: readonly Asked<readonly number[]>[],
): Promise<number[]> {
  const numbers = asked.flatMap(({ what }) => what);
  const { revision } = await identities.execute({ kind: "Release", identities: numbers }, askerOf(asked));
  return asked.map(() => revision);
}

/** Makes the numbers that were given back while a container had them their label sets' again, as the mesh has them. */
export async function keepUsed(identities: Identities, usage: Usage, by: ExecuteOptions): Promise<void> {
  const used = usage.inUse();
  const { sets } = identities.state();
  if ([...used.keys()].some((identity) => !sets.has(identity)))
    await identities.execute({ kind: "Keep", used }, by);
}

/** A batch is of one actor, and its event has one cause: that of the call that came first. */
function askerOf(asked: readonly Asked<unknown>[]): { readonly actor: string; readonly cause: string } {
  const [first] = asked;
  if (first === undefined) throw new Error("a batch of nothing");
  const { actor, cause } = first;
  return { actor, cause };
}

function checkedSets(sets: readonly { readonly labels?: Labels | null }[]): Labels[] {
  const checked = sets.map(({ labels }, index) => {
    const field = `sets[${index}].labels`;
    if (labels === null || labels === undefined || Object.keys(labels).length === 0) {
      throw new WeftError("INVALID_ARGUMENT", "an empty set has no identity", {
        field,
        expected: "at least one label",
      });
    }
    validateLabels(labels, field);
    return labels;
  });
  bound("bytes of labels", labelBytes(checked), eventLimitBytes);
  return checked;
}

/** Says so to who asks; that a number in use is never taken back is decided by the order of the log. */
function refuseUsed(identities: readonly number[], used: ReadonlySet<number>, usage?: Usage): void {
  for (const [index, identity] of identities.entries()) {
    const isUsed = used.has(identity);
    if (!isUsed && usage?.isPromised(identity) !== true) continue;
    const has = isUsed ? "has" : "is about to have";
    throw new WeftError("FAILED_PRECONDITION", `a container ${has} the identity ${identity}`, {
      field: `identities[${index}]`,
      expected: "a number that no container has, and that was not asked for within the grace time",
    });
  }
}

function labelBytes(sets: readonly Labels[]): number {
  let bytes = 0;
  for (const labels of sets) {
    for (const key of Object.keys(labels)) bytes += key.length + (labels[key]?.length ?? 0) + 8;
  }
  return bytes;
}

function bound(what: string, found: number, most: number): void {
  if (found <= most) return;
  throw new WeftError("INVALID_ARGUMENT", `${found} ${what} in one call`, {
    field: what === "identities" ? what : "sets",
    expected: `at most ${most}`,
  });
}
