import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Log } from "@weft/log";
import { addressFromBytes, formatAddress } from "@weft/netaddr";
import { untilHealth } from "@weft/rpc/testing";
import { flood, kernelTest, makeRig, ping } from "./rig.ts";
import { startMesh, type TestMesh } from "./services.ts";

const policyText = (from: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: shop }
spec:
  podSelector: { matchLabels: { app: api } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ podSelector: { matchLabels: { app: ${from} } } }]
`;

const wish = (name: string, netns: string) => ({
  namespace: "shop",
  name,
  netns,
  labels: { app: name },
  ipv4: true,
});
const text = (bytes: Uint8Array): string => formatAddress(addressFromBytes(bytes));

/** Ids of all programs of a host. */
async function programIds(mesh: TestMesh, n: 1 | 2): Promise<number[]> {
  const { programs } = await mesh.client(n).status({});
  return programs.map(({ programId }) => programId ?? 0).sort((a, b) => a - b);
}

/** Waits until every program of a container is of a tier. */
async function inTier(mesh: TestMesh, name: string, tier: string): Promise<void> {
  const client = mesh.client(1);
  const deadline = AbortSignal.timeout(20_000);
  for (;;) {
    const { programs } = await client.status({});
    const own = programs.filter((program) => program.name === name);
    if (own.length === 2 && own.every((program) => program.tier === tier)) return;
    deadline.throwIfAborted();
  }
}

/** Waits until a trace has spans of all these names. */
async function spansOf(log: Log, traceId: string, names: readonly string[]): Promise<void> {
  const deadline = AbortSignal.timeout(20_000);
  const decoder = new TextDecoder();
  for (;;) {
    const spans = (await log.readTrace(traceId)).map((bytes) => decoder.decode(bytes)).join("");
    if (names.every((name) => spans.includes(`"${name}"`))) return;
    deadline.throwIfAborted();
  }
}

test("kill -9 and restart under traffic lose no packet and change no program", kernelTest, async () => {
  await using rig = await makeRig();
  await using mesh = await startMesh(rig);
  const loader = await mesh.loader(1);
  const [web, api] = [await rig.container(), await rig.container()];
  await mesh.client(1).attach(wish("web", web.path));
  const target = await mesh.client(1).attach(wish("api", api.path));
  await mesh.compiler.apply({ documents: [{ file: "closed.yaml", text: policyText("web") }] });
  await inTier(mesh, "api", "specialised");
  assert.equal(await ping(web.path, text(target.ipv4)), 3);
  const before = await programIds(mesh, 1);
  const traffic = flood(web.path, text(target.ipv6));
  await loader.end("SIGKILL");
  await mesh.loader(1);
  const after = await programIds(mesh, 1);
  const { operations } = await mesh.client(1).plan({});
  const { sent, received } = await traffic.stop();
  assert.deepEqual(operations, []);
  assert.deepEqual(after, before);
  assert.ok(sent > 100, `${sent} packets`);
  assert.equal(received, sent);
});

test("compiled rules that are applied again as they were change no program", kernelTest, async () => {
  await using rig = await makeRig();
  await using mesh = await startMesh(rig);
  await mesh.loader(1);
  const [web, api] = [await rig.container(), await rig.container()];
  await mesh.client(1).attach(wish("web", web.path));
  await mesh.client(1).attach(wish("api", api.path));
  const apply = (text: string) => mesh.compiler.apply({ documents: [{ file: "closed.yaml", text }] });
  await apply(policyText("web"));
  await inTier(mesh, "api", "specialised");
  const before = await programIds(mesh, 1);
  const commented = policyText("web").replace("spec:", "# the same again\nspec:");
  const { changes, revision } = await apply(commented);
  assert.deepEqual(
    changes.map(({ outcome }) => outcome),
    ["configured"],
  );
  await mesh.client(1).wait({ revision });
  assert.deepEqual(await programIds(mesh, 1), before);
});

test("attach is idempotent, and what half failed leaves no lease behind", kernelTest, async () => {
  await using rig = await makeRig();
  await using mesh = await startMesh(rig);
  await mesh.loader(1);
  const client = mesh.client(1);
  const web = await rig.container();
  const first = await client.attach(wish("web", web.path));
  const again = await client.attach(wish("web", web.path));
  assert.deepEqual([again.id, again.revision], [first.id, first.revision]);
  // The interface name is taken, so the kernel refuses the second container in the same namespace.
  const refused = client.attach({ ...wish("other", web.path), id: "other" });
  await assert.rejects(refused, /attach shop\/other: kernel: create/);
  const { leases } = await mesh.ipam.lease({ host: "h1", wishes: [{ owner: "third" }] });
  assert.equal(leases.length, 1);
  const log = await mesh.nats.connect("cli");
  const events: string[] = [];
  for await (const event of log.read({ subject: "weft.log.ipam.h1" })) events.push(event.type);
  assert.deepEqual(events, ["AddressesLeased", "AddressesLeased", "AddressesReleased", "AddressesLeased"]);
});

test("a host without nats goes on forwarding, says so, and catches up by itself", kernelTest, async () => {
  await using rig = await makeRig();
  await using mesh = await startMesh(rig);
  await mesh.loader(1);
  const client = mesh.client(1);
  const [web, api] = [await rig.container(), await rig.container()];
  await client.attach(wish("web", web.path));
  const target = await client.attach(wish("api", api.path));
  await mesh.nats.kill();
  const deadline = AbortSignal.timeout(20_000);
  while ((await client.status({})).error === "") deadline.throwIfAborted();
  assert.equal(await ping(web.path, text(target.ipv6)), 3);
  const socket = join(mesh.state, "sockets", "loader-h1.sock");
  await untilHealth("NOT_SERVING", socket);
  await mesh.nats.restart();
  await untilHealth("SERVING", socket);
  const { revision } = await mesh.compiler.apply({
    documents: [{ file: "closed.yaml", text: policyText("nobody") }],
  });
  const status = await client.wait({ revision });
  assert.equal(status.error, "");
  assert.equal(await ping(web.path, text(target.ipv6)), 0);
});

test("a host that starts while the other services are away runs what it has", kernelTest, async () => {
  await using rig = await makeRig();
  await using mesh = await startMesh(rig);
  const loader = await mesh.loader(1);
  const [web, api] = [await rig.container(), await rig.container()];
  await mesh.client(1).attach(wish("web", web.path));
  const target = await mesh.client(1).attach(wish("api", api.path));
  const before = await programIds(mesh, 1);
  await loader.end("SIGTERM");
  for (const service of mesh.services.values()) await service.end("SIGKILL");
  await mesh.loader(1);
  assert.deepEqual(await programIds(mesh, 1), before);
  assert.deepEqual((await mesh.client(1).plan({})).operations, []);
  assert.equal(await ping(web.path, text(target.ipv6)), 3);
});

test("a relabelled container is judged by its new labels, a detached one is gone", kernelTest, async () => {
  await using rig = await makeRig();
  await using mesh = await startMesh(rig);
  await mesh.loader(1, "clsact");
  const client = mesh.client(1);
  const [web, api] = [await rig.container(), await rig.container()];
  const source = await client.attach(wish("web", web.path));
  const target = await client.attach(wish("api", api.path));
  const { revision } = await mesh.compiler.apply({
    documents: [{ file: "p.yaml", text: policyText("web") }],
  });
  await client.wait({ revision });
  assert.equal(await ping(web.path, text(target.ipv6)), 3);
  await client.relabel({ id: source.id, labels: { app: "stranger" } });
  assert.equal(await ping(web.path, text(target.ipv6)), 0);
  await client.detach({ id: source.id });
  await assert.rejects(client.detach({ id: source.id }), { code: "NOT_FOUND" });
  const { endpoints, programs } = await client.status({});
  assert.equal(endpoints, 1);
  assert.equal(programs.length, 3);
});

test(
  "the trace of a policy reaches the compiler, the object on record and the swap to it",
  kernelTest,
  async () => {
    await using rig = await makeRig();
    await using mesh = await startMesh(rig);
    await mesh.loader(1);
    const api = await rig.container();
    await mesh.client(1).attach(wish("api", api.path));
    const documents = [{ file: "closed.yaml", text: policyText("web") }];
    const { revision } = await mesh.compiler.apply({ documents });
    await inTier(mesh, "api", "specialised");
    const log = await mesh.nats.connect("cli");
    const [applied] = await Array.fromAsync(log.read({ from: revision, to: revision }));
    const traceId = applied?.traceparent.split("-")[1] ?? "";
    const wanted = [
      "specialise",
      "weft.v1.Compiler/Build",
      "compile",
      "append ObjectBuilt",
      "apply specialised",
    ];
    await spansOf(log, traceId, wanted);
    const built = await Array.fromAsync(log.read({ from: revision, subject: "weft.log.object.>" }));
    assert.deepEqual(
      built.map(({ cause, traceparent }) => [cause, traceparent.split("-")[1]]),
      [[applied?.id, traceId]],
    );
  },
);

test(
  "one trace runs from the request through the other services to the kernel writes",
  kernelTest,
  async () => {
    await using rig = await makeRig();
    await using mesh = await startMesh(rig);
    await mesh.loader(1);
    const web = await rig.container();
    const { revision } = await mesh.client(1).attach(wish("web", web.path));
    const log = await mesh.nats.connect("cli");
    const causes = (await Array.fromAsync(log.read({ from: revision - 2 }))).map(({ cause }) => cause);
    const wanted = [
      "weft.v1.Loader/Attach",
      "weft.v1.Identity/Allocate",
      "weft.v1.Ipam/Lease",
      "apply EndpointAttached",
      "kernel write",
    ];
    for await (const event of log.read({ from: revision, to: revision })) {
      const traceId = event.traceparent.split("-")[1] ?? "";
      // The identity, the lease and the attachment.
      assert.deepEqual(causes, Array(3).fill(`Loader/Attach#${traceId}`));
      await spansOf(log, traceId, wanted);
    }
  },
);
