import assert from "node:assert/strict";
import { test } from "node:test";
import type { WeftEvent } from "@weft/log";
import { emptyMesh } from "@weft/model";
import { meshOf } from "@weft/model/testing";
import { WeftError } from "@weft/netaddr";
import { attachedEvent, catalogue, ingressPolicy } from "./domain/testing.ts";
import { openGate } from "./gate.ts";
import { keyedLock } from "./lock.ts";
import type { Objects } from "./objects.ts";
import { shapeOf } from "./shape.ts";
import { startSpecialiser } from "./specialise.ts";
import { makeSweep } from "./sweep.ts";

const leased = (owner: string, ipv4 = new Uint8Array()): WeftEvent => {
  return { type: "AddressesLeased", data: { leases: [{ owner, ipv6: new Uint8Array(16), ipv4 }] } };
};

test("a lease is swept when nobody used it in two sweeps, and not while it is being used", async () => {
  const mesh = meshOf([leased("left"), leased("busy")], emptyMesh());
  const released: (readonly string[])[] = [];
  const ipam = {
    release: async ({ owners }: { owners?: readonly string[] | null }) => {
      released.push(owners ?? []);
      return { revision: 0 };
    },
  };
  const options = { host: "a", mesh, attaching: () => new Set(["busy"]), actor: "test" };
  const sweep = makeSweep({ ...options, ipam: ipam as never });
  await sweep();
  assert.deepEqual(released, []);
  await sweep();
  assert.deepEqual(released, [["left"]]);
});

test("an IPv4 address that its container does not have any more is swept alone", async () => {
  const ipv4 = new Uint8Array([10, 7, 0, 1]);
  const mesh = meshOf(
    [leased("c1", ipv4), attachedEvent("a", 1), leased("c2", ipv4), attachedEvent("a", 2, { ipv4 })],
    emptyMesh(),
  );
  const released: object[] = [];
  const ipam = { release: async (request: object) => void released.push(request) };
  const options = { host: "a", mesh, attaching: () => new Set<string>(), actor: "test" };
  const sweep = makeSweep({ ...options, ipam: ipam as never });
  await sweep();
  assert.deepEqual(await sweep(), ["c1"]);
  assert.deepEqual(released, [{ host: "a", owners: ["c1"], ipv4Only: true }]);
});

test("work on one key waits for work on the same key, and for no other", async () => {
  const locked = keyedLock();
  const order: string[] = [];
  const first = Promise.withResolvers<void>();
  const slow = locked(["a", "b"], async () => {
    await first.promise;
    order.push("slow");
  });
  const after = locked(["b"], async () => void order.push("after"));
  await locked(["c"], async () => void order.push("other"));
  first.resolve();
  await Promise.all([slow, after]);
  assert.deepEqual(order, ["other", "slow", "after"]);
});

test("a gate opens when its condition holds, and lets go when nobody waits any more", async () => {
  const gate = openGate();
  let applied = 0;
  const waiting = gate.until(() => applied >= 2);
  const stop = new AbortController();
  const given = gate.until(() => false, stop.signal);
  applied = 2;
  gate.changed();
  await waiting;
  stop.abort(new WeftError("DEADLINE_EXCEEDED", "late"));
  await assert.rejects(given, { code: "DEADLINE_EXCEEDED" });
});

function objectsThat(build: Objects["build"]): Objects {
  return {
    build,
    spec: async () => undefined,
    known: () => undefined,
    recall: async () => undefined,
    held: async () => [],
  };
}

test("a policy that stays is compiled once, one that has gone meanwhile is not", async () => {
  const built: unknown[] = [];
  const ready = Promise.withResolvers<void>();
  await using specialiser = startSpecialiser({
    objects: objectsThat(async (request) => {
      built.push(request.policy);
      return catalogue.container;
    }),
    basis: () => "",
    settleMs: 20,
    onReady: () => ready.resolve(),
    onRefused: () => undefined,
  });
  const [stays, goes] = [ingressPolicy(256), ingressPolicy(257)];
  specialiser.want([stays, goes], undefined);
  specialiser.want([stays], undefined);
  await ready.promise;
  assert.deepEqual(built, [stays.tables]);
  assert.deepEqual([...specialiser.ready([stays, goes])], [[stays.key, catalogue.container]]);
});

test("a policy that is applied again as it was has its object at once and is not compiled again", async () => {
  let built = 0;
  const ready = Promise.withResolvers<void>();
  await using specialiser = startSpecialiser({
    objects: objectsThat(async () => {
      built += 1;
      return catalogue.container;
    }),
    basis: () => "",
    settleMs: 1,
    onReady: () => ready.resolve(),
    onRefused: () => undefined,
  });
  const appliedAt = (revision: number) => {
    const policy = ingressPolicy(256);
    const verdicts = [{ class: 1, port: 0, allow: true, rule: 1, revision }];
    const tables = { ingress: { ...policy.tables.ingress, verdicts } };
    return { ...policy, key: `${revision}`, tables };
  };
  specialiser.want([appliedAt(7)], undefined);
  await ready.promise;
  assert.deepEqual([...specialiser.ready([appliedAt(8)])], [["8", catalogue.container]]);
  specialiser.want([appliedAt(8)], undefined);
  await specialiser[Symbol.asyncDispose]();
  assert.equal(built, 1);
});

test("a policy whose build was refused stays generic and is not asked for again", async () => {
  const refused = Promise.withResolvers<string>();
  let asked = 0;
  await using specialiser = startSpecialiser({
    objects: objectsThat(async () => {
      asked += 1;
      throw new WeftError("FAILED_PRECONDITION", "too many branches");
    }),
    basis: () => "",
    settleMs: 1,
    onReady: () => undefined,
    onRefused: refused.resolve,
  });
  const policy = ingressPolicy(256);
  specialiser.want([policy], undefined);
  assert.equal(await refused.promise, shapeOf(policy).key);
  specialiser.want([policy], undefined);
  await specialiser[Symbol.asyncDispose]();
  assert.equal(asked, 1);
});
