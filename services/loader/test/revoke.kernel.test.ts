import assert from "node:assert/strict";
import { before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { WeftEvent } from "@weft/log";
import { attachedEvent, twoHosts } from "../src/domain/testing.ts";
import { listen } from "./connection.ts";
import { startHost, type TestHost } from "./host.ts";
import { compileShared, memoryObjects } from "./objects.ts";
import { kernelTest, makeRig, ping } from "./rig.ts";

const objects = memoryObjects();
let shared = { container: "", uplink: "" };
const deniedEgress = 7;
const deniedIngress = 8;

before(async () => {
  if (kernelTest.skip === undefined) shared = await compileShared(objects);
});

/** Admits one app to app-2, and says what becomes of those whom it admits no longer. */
function policy(from: string, onRevoke: string): WeftEvent {
  const source = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: shop, annotations: { weft/on-revoke: ${onRevoke} } }
spec:
  podSelector: { matchLabels: { app: app-2 } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ podSelector: { matchLabels: { app: ${from} } } }]
`;
  const where = { namespace: "shop", name: "closed", kind: "NetworkPolicy" };
  return { type: "PolicyApplied", data: { ...where, source, file: "closed.yaml", line: 1 } };
}

/** Lets nothing begin in one direction. */
function closing(app: string, type: string): WeftEvent {
  const source = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: shop }
spec: { podSelector: { matchLabels: { app: ${app} } }, policyTypes: [${type}] }
`;
  const where = { namespace: "shop", name: "closed", kind: "NetworkPolicy" };
  return { type: "PolicyApplied", data: { ...where, source, file: "closed.yaml", line: 1 } };
}

/** A client of app-1 and a server of app-2, "c2". */
async function openScene() {
  await using stack = new AsyncDisposableStack();
  const rig = stack.use(await makeRig());
  const [client, server] = [await rig.container(), await rig.container()];
  const namespace = "io.kubernetes.pod.namespace";
  const allocations = [257, 258].map((identity) => ({
    identity,
    labels: { app: `app-${identity - 256}`, [namespace]: "shop" },
  }));
  const events: WeftEvent[] = [
    ...twoHosts,
    { type: "IdentitiesAllocated", data: { allocations } },
    attachedEvent("h1", 1, { netns: client.path }),
    attachedEvent("h1", 2, { netns: server.path }),
  ];
  const owned = stack.move();
  return {
    start: () => startHost(1, { rig, objects, shared }, events),
    /** Tells of an event, to the hosts that start later too. */
    tell(host: TestHost, event: WeftEvent) {
      events.push(event);
      return host.tell(event);
    },
    connect: (ports?: { server: number; client?: number; once?: boolean }) =>
      listen(server.path, client.path, "fd00:1::2", ports),
    isClosed: async () => (await ping(client.path, "fd00:1::2")) === 0,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** How many packets the policy of the server denied. */
async function denied(host: TestHost): Promise<number> {
  return (await host.kernel.reports(["c2"]))[0]?.counters[deniedIngress] ?? 0;
}

/** How many packets the policies of both ends denied. */
async function deniedByAny(host: TestHost): Promise<number> {
  const reports = await host.kernel.reports(["c1", "c2"]);
  const counts = reports.map(
    ({ counters }) => (counters[deniedEgress] ?? 0) + (counters[deniedIngress] ?? 0),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function untilDenied(host: TestHost, before = 0): Promise<void> {
  const signal = AbortSignal.timeout(20_000);
  while ((await denied(host)) === before) await delay(20, undefined, { signal });
}

test(
  "a connection that is kept outlives its permission, other programs and the loader",
  kernelTest,
  async () => {
    await using scene = await openScene();
    {
      await using host = await scene.start();
      await scene.tell(host, policy("app-1", "cut"));
      using connection = await scene.connect();
      await connection.lines(3);
      await scene.tell(host, policy("nobody", "keep"));
      await connection.lines(3);
      assert.ok(await scene.isClosed(), "nothing new begins");
      await scene.tell(host, policy("somebody", "keep"));
      await connection.lines(3);
      await host[Symbol.asyncDispose]();
      await connection.lines(3);
      await using again = await scene.start();
      assert.deepEqual((await again.reconciler.plan()).operations, []);
      await again.tell();
      await connection.lines(3);
      const before = await denied(again);
      await scene.tell(again, policy("nobody", "cut"));
      await untilDenied(again, before);
    }
  },
);

test(
  "a connection drains as long as it was promised, and no longer, whether or not a loader runs",
  kernelTest,
  async () => {
    await using scene = await openScene();
    await using host = await scene.start();
    await scene.tell(host, policy("app-1", "cut"));
    using connection = await scene.connect();
    await connection.lines(3);
    const toldMs = Date.now();
    await scene.tell(host, policy("nobody", "drain=2s"));
    await connection.lines(1);
    assert.equal(await denied(host), 0);
    await host[Symbol.asyncDispose]();
    await using again = await scene.start();
    assert.deepEqual((await again.reconciler.plan()).operations, []);
    await untilDenied(again);
    assert.ok(Date.now() - toldMs >= 2000, "not before its time");
  },
);

test("connections that began before the first policy are revoked as it says", kernelTest, async () => {
  for (const [onRevoke, goesOn] of [
    ["keep", true],
    ["drain=1h", true],
    ["cut", false],
  ] as const) {
    await using scene = await openScene();
    await using host = await scene.start();
    await host.tell();
    using connection = await scene.connect();
    await connection.lines(3);
    await scene.tell(host, policy("nobody", onRevoke));
    if (goesOn) {
      await connection.lines(5);
      assert.equal(await denied(host), 0);
      assert.ok(await scene.isClosed(), "nothing new begins");
    } else {
      await untilDenied(host);
    }
  }
});

test(
  "who opened a connection before the first policy is known, whichever port is the lower",
  kernelTest,
  async () => {
    for (const ports of [
      { server: 50_051, client: 40_000 },
      { server: 8080, client: 40_000 },
      { server: 8080, client: 1023 },
    ]) {
      for (const [app, type, goesOn] of [
        ["app-1", "Egress", false],
        ["app-2", "Ingress", false],
        ["app-1", "Ingress", true],
        ["app-2", "Egress", true],
      ] as const) {
        await using scene = await openScene();
        await using host = await scene.start();
        await host.tell();
        using connection = await scene.connect(ports);
        await connection.lines(3);
        await scene.tell(host, closing(app, type));
        if (goesOn) {
          await connection.lines(5);
          assert.equal(await deniedByAny(host), 0, `${ports.server} ${app} ${type}`);
        } else {
          const signal = AbortSignal.timeout(20_000);
          while ((await deniedByAny(host)) === 0) await delay(20, undefined, { signal });
        }
      }
    }
  },
);

/** Governs both directions of an app: lets the other one begin in the named ones. */
function twoWay(app: string, other: string, ...allowed: ("ingress" | "egress")[]): WeftEvent {
  const peer = `[{ podSelector: { matchLabels: { app: ${other} } } }]`;
  const rules = allowed.map(
    (direction) => `  ${direction}: [{ ${direction === "ingress" ? "from" : "to"}: ${peer} }]`,
  );
  const source = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: shop }
spec:
  podSelector: { matchLabels: { app: ${app} } }
  policyTypes: [Ingress, Egress]
${rules.join("\n")}
`;
  const where = { namespace: "shop", name: "closed", kind: "NetworkPolicy" };
  return { type: "PolicyApplied", data: { ...where, source, file: "closed.yaml", line: 1 } };
}

test(
  "who opened a connection of which nobody listens any more is a guess, and either policy may allow it",
  kernelTest,
  async () => {
    for (const ports of [
      { server: 45_000, client: 45_001, once: true },
      { server: 45_000, client: 1023, once: true },
    ]) {
      for (const [policies, goesOn] of [
        [[twoWay("app-2", "app-1", "ingress")], true],
        [[twoWay("app-1", "app-2", "egress")], true],
        // The guess is on record by then.
        [[twoWay("app-2", "app-1", "ingress", "egress"), twoWay("app-2", "app-1", "ingress")], true],
        [[twoWay("app-2", "app-1")], false],
      ] as const) {
        await using scene = await openScene();
        await using host = await scene.start();
        await host.tell();
        using connection = await scene.connect(ports);
        await connection.lines(3);
        for (const [index, event] of policies.entries()) {
          await scene.tell(host, event);
          if (index < policies.length - 1) await connection.lines(3);
        }
        if (goesOn) {
          await connection.lines(5);
          assert.equal(await deniedByAny(host), 0, JSON.stringify([ports, policies[0].data]));
        } else {
          await untilDenied(host);
        }
      }
    }
  },
);
