import assert from "node:assert/strict";
import { test } from "node:test";
import { readForm } from "@weft/log";
import { makeAddress, parsePrefix } from "@weft/netaddr";
import fc from "fast-check";
import type { Wish } from "./choose.ts";
import { initialLeases, type LeaseState, restMs } from "./lease-state.ts";
import { type LeaseCommand, leaseDecider } from "./leases.ts";

// A /28 for IPv4 although hosts get a /24, so that random histories go round it and use it up.
const prefixes = { ipv6: parsePrefix("fd00:0:0:1::/64"), ipv4: parsePrefix("10.0.1.0/28") };

const owner = fc.nat({ max: 20 }).map((n) => `o${n}`);
const wish = fc.record({ owner, ipv4: fc.boolean(), exact: fc.option(fc.nat({ max: 15 }), { freq: 4 }) });
const step = fc.record({
  afterMs: fc.nat({ max: restMs / 2 }),
  wishes: fc.array(wish, { maxLength: 3 }),
  release: fc.array(owner, { maxLength: 3 }),
});

test("law: no address has two holders, and none goes to another owner before it has rested", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let state = initialLeases;
      let nowMs = 1;
      const lastHeld = new Map<bigint, { owner: string; untilMs: number }>();
      for (const each of steps) {
        nowMs += each.afterMs;
        const before = state;
        state = apply(state, { kind: "Release", owners: each.release, ipv4Only: false, nowMs });
        for (const gone of missing(before, state))
          lastHeld.set(gone.value, { owner: gone.owner, untilMs: nowMs });
        state = apply(state, { kind: "Lease", prefixes, wishes: each.wishes.map(toWish), nowMs });
        checkOneHolder(state);
        for (const [value, held] of holders(state)) {
          const last = lastHeld.get(value);
          if (last === undefined || last.owner === held) continue;
          assert.ok(
            nowMs - last.untilMs >= restMs,
            `${value} went from ${last.owner} to ${held} without rest`,
          );
          lastHeld.delete(value);
        }
      }
    }),
  );
});

function toWish(
  { owner, ipv4, exact }: { owner: string; ipv4: boolean; exact: number | null },
  index: number,
): Wish {
  const ipv4Address =
    exact === null ? undefined : makeAddress(4, prefixes.ipv4.address.value + BigInt(exact));
  return { owner, ipv4, field: `wishes[${index}]`, ...(ipv4Address && { ipv4Address }) };
}

function apply(state: LeaseState, command: LeaseCommand): LeaseState {
  const decision = leaseDecider.decide(command, state);
  if (decision.kind === "refused" || decision.event === undefined) return state;
  return leaseDecider.evolve(state, readForm(decision.event), 1);
}

function holders(state: LeaseState): [bigint, string][] {
  return [...state.ipv6.holders, ...state.ipv4.holders];
}

function missing(before: LeaseState, after: LeaseState): { value: bigint; owner: string }[] {
  const now = new Map(holders(after));
  return holders(before).flatMap(([value, owner]) => (now.has(value) ? [] : [{ value, owner }]));
}

function checkOneHolder(state: LeaseState): void {
  const held = [...state.leases].flatMap(([owner, { ipv6, ipv4 }]) =>
    [ipv6, ipv4].filter((value) => value !== undefined).map((value) => [value, owner] as const),
  );
  assert.equal(new Set(held.map(([value]) => value)).size, held.length, "an address with two holders");
  assert.deepEqual(new Map(holders(state)), new Map(held), "the two views of the leases differ");
}
