import assert from "node:assert/strict";
import { test } from "node:test";
import { readForm } from "@weft/log";
import { specify } from "@weft/log/testing";
import { type Labels, labelKey } from "@weft/netaddr";
import fc from "fast-check";
import { type IdentityCommand, identityDecider, type NewIdentityEvent } from "./decide.ts";
import { firstIdentity, lastIdentity } from "./reserved.ts";
import { evolve, type IdentityState, initial } from "./state.ts";

const given = specify(identityDecider);
const web = { app: "web" };
const api = { app: "api", tier: "back" };

function allocated(...pairs: [number, Labels][]): NewIdentityEvent {
  return {
    type: "IdentitiesAllocated",
    data: { allocations: pairs.map(([identity, labels]) => ({ identity, labels })) },
  };
}
function released(...identities: number[]): NewIdentityEvent {
  return { type: "IdentitiesReleased", data: { identities } };
}
const allocate = (...sets: Labels[]): IdentityCommand => ({ kind: "Allocate", sets });
const release = (...identities: number[]): IdentityCommand => ({ kind: "Release", identities });

test("the first label set gets 256, the number after the reserved ones", () => {
  given()
    .when(allocate(web))
    .then(allocated([256, web]));
});

test("a set that has a number keeps it, and asking twice is not an error", () => {
  given(allocated([256, web]))
    .when(allocate(web))
    .thenNothing();
});

test("the order of labels means nothing", () => {
  given(allocated([256, api]))
    .when(allocate({ tier: "back", app: "api" }))
    .thenNothing();
});

test("one command allocates what is missing, each set once", () => {
  given(allocated([256, web]))
    .when(allocate(api, web, api))
    .then(allocated([257, api]));
});

test("a released number is not handed out again while another was never used", () => {
  given(allocated([256, web]), released(256))
    .when(allocate(web))
    .then(allocated([257, web]));
});

test("once every number was given out, the one released longest ago is given again", () => {
  const full = [allocated([lastIdentity, web], [300, api]), released(300), released(lastIdentity)];
  given(...full)
    .when(allocate(web, api))
    .then(allocated([300, web], [lastIdentity, api]));
});

test("a reused number cannot be reused twice", () => {
  const history = [allocated([lastIdentity, web]), released(lastIdentity), allocated([lastIdentity, api])];
  given(...history)
    .when(allocate(web))
    .thenRefused("RESOURCE_EXHAUSTED", /1 identities wanted, 0 of 16776960 left/);
});

test("a number is said again where that is wanted, and stays its set's", () => {
  const renewing: IdentityCommand = {
    kind: "Allocate",
    sets: [web, api],
    renews: (identity) => identity === 256,
  };
  given(allocated([256, web]))
    .when(renewing)
    .then(allocated([256, web], [257, api]));
  const said = [allocated([lastIdentity, web], [300, api]), released(300), allocated([lastIdentity, web])];
  given(...said)
    .when(allocate(api))
    .then(allocated([300, api]));
});

test("what nobody has used is taken back but for what is wanted; twice given back waits once", () => {
  const reclaim = (...identities: number[]): IdentityCommand => ({
    ...{ kind: "Reclaim", identities },
    isWanted: (identity) => identity === 256,
  });
  given(allocated([256, web], [257, api]))
    .when(reclaim(256, 257))
    .then(released(257));
  given(allocated([256, web]))
    .when(reclaim(256))
    .thenNothing();
  given(allocated([lastIdentity, web], [300, api]), released(300), released(300))
    .when(allocate(api, { app: "third" }))
    .thenRefused("RESOURCE_EXHAUSTED");
});

test("a number that was given back while in use is its set's again, and leaves the queue wherever it is", () => {
  const keep = (...used: [number, Labels][]): IdentityCommand => ({ kind: "Keep", used: new Map(used) });
  const third = { app: "third" };
  const history = [
    allocated([lastIdentity, web], [300, api], [301, third]),
    released(300, 301, lastIdentity),
  ];
  given(...history)
    .when(keep([301, third]))
    .then(allocated([301, third]));
  const kept = [...history, allocated([301, third])];
  given(...kept)
    .when(keep([301, third]))
    .thenNothing();
  given(...kept)
    .when(allocate(third, web, api))
    .then(allocated([300, web], [lastIdentity, api]));
  // Its set has another number by now.
  given(allocated([256, web]), released(256), allocated([257, web]))
    .when(keep([256, web]))
    .thenNothing();
});

test("an unknown number is refused, and nothing of the call is released", () => {
  given(allocated([256, web]))
    .when(release(256, 257))
    .thenRefused("NOT_FOUND", /257/);
});

test("a reserved number cannot be released", () => {
  given()
    .when(release(2))
    .thenRefused("INVALID_ARGUMENT", /reserved for world/);
});

test("a number named twice in one call is released once", () => {
  given(allocated([256, web]))
    .when(release(256, 256))
    .then(released(256));
});

test("law: over any history no two sets hold one number, and all numbers are allocatable ones", () => {
  const set = fc.record({ app: fc.constantFrom("a", "b", "c", "d", "e", "f") });
  const command = fc.oneof(
    fc.array(set, { maxLength: 4 }).map((sets): IdentityCommand => allocate(...sets)),
    fc.nat({ max: 20 }).map((n): IdentityCommand => release(firstIdentity + n)),
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
      const everGiven = new Set<number>();
      let state: IdentityState = initial;
      for (const each of commands) {
        const decision = identityDecider.decide(each, state);
        if (decision.kind !== "accepted" || decision.event === undefined) continue;
        for (const identity of numbersOf(decision.event)) {
          assert.ok(!everGiven.has(identity), `${identity} given twice`);
          everGiven.add(identity);
        }
        state = evolve(state, readForm(decision.event));
        checkConsistent(state);
      }
    }),
  );
});

function numbersOf(event: NewIdentityEvent): number[] {
  if (event.type !== "IdentitiesAllocated") return [];
  return (event.data.allocations ?? []).map(({ identity }) => identity ?? 0);
}

function checkConsistent(state: IdentityState): void {
  assert.equal(state.numbers.size, state.sets.size);
  for (const [identity, labels] of state.sets.entries()) {
    assert.equal(state.numbers.get(labelKey(labels)), identity);
    assert.ok(identity >= firstIdentity && identity < state.next);
  }
}
