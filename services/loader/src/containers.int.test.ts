import assert from "node:assert/strict";
import { test } from "node:test";
import { type Log, subjects } from "@weft/log";
import { appendNext, startNats, type TestNats } from "@weft/log/testing";
import { emptyMesh, evolve, type Mesh } from "@weft/model";
import { addressToBytes, parseAddress, parsePrefix, prefixToBytes } from "@weft/netaddr";
import type { Request, RequestInput } from "@weft/rpc";
import { openContainers } from "./containers.ts";
import type { Reconciler } from "./reconcile.ts";

/** Takes what is on record into the mesh and calls it settled: a kernel that does everything at once. */
function willingKernel(log: Log, mesh: Mesh): Reconciler {
  const settled = async (revision: number) => {
    const events = log.read({ from: mesh.revision + 1, to: revision });
    for await (const event of events) if (event.revision > mesh.revision) evolve(mesh, event);
    return { tried: revision, applied: revision, failures: new Map() };
  };
  return { settled } as unknown as Reconciler;
}

/** Just enough of identity and ipam that what they answer is on record. */
async function openServices(nats: TestNats) {
  const log = await nats.connect("admin");
  const prefix = (text: string) => prefixToBytes(parsePrefix(text));
  await appendNext(log, { type: "PoolDefined", data: { ipv6: prefix("fd00:1::/48") } });
  await appendNext(log, {
    type: "HostPrefixAssigned",
    data: { host: "h1", ipv6: prefix("fd00:1:0:1::/64") },
  });
  let [addresses, numbers] = [0xf, 255];
  return {
    log,
    identity: {
      async allocate({ sets }: RequestInput<"Identity", "allocate">) {
        const allocations = (sets ?? []).map(({ labels }) => ({ identity: ++numbers, labels: labels ?? {} }));
        const revision = await appendNext(log, { type: "IdentitiesAllocated", data: { allocations } });
        return { identities: allocations.map(({ identity }) => identity), revision };
      },
    },
    ipam: {
      async lease({ host, wishes }: RequestInput<"Ipam", "lease">) {
        const leases = (wishes ?? []).map(({ owner }) => ({
          owner: owner ?? "",
          ipv6: addressToBytes(parseAddress(`fd00:1:0:1::${(++addresses).toString(16)}`)),
          ipv4: new Uint8Array(),
        }));
        const revision = await appendNext(
          log,
          { type: "AddressesLeased", data: { leases } },
          subjects.leases(host ?? ""),
        );
        return { leases, revision };
      },
      release: async () => ({ revision: 0 }),
    },
  };
}

const request: Request<"Loader", "attach"> = {
  id: "",
  namespace: "shop",
  name: "web",
  labels: { app: "web" },
  netns: "/proc/self/ns/net",
  interface: "",
  ipv4: false,
  ports: [],
} as never;

test("one container that is attached twice at once without an id is one container", async () => {
  await using nats = await startNats({ hosts: ["h1"] });
  const log = await nats.connect("loader-h1");
  const mesh = emptyMesh();
  const owners: string[] = [];
  const services = await openServices(nats);
  const containers = openContainers({
    host: "h1",
    log,
    mesh,
    identity: services.identity,
    ipam: {
      ...services.ipam,
      lease: (request) => {
        owners.push(...(request.wishes ?? []).map(({ owner }) => owner ?? ""));
        return services.ipam.lease(request);
      },
    },
    reconciler: willingKernel(log, mesh),
    onLeft: (error) => assert.fail(String(error)),
  });
  const call = { actor: "test", cause: "test", signal: AbortSignal.timeout(10_000), deadline: new Date() };
  const [first, second] = await Promise.all([
    containers.attach(request, call),
    containers.attach(request, call),
  ]);
  assert.equal(second.endpoint.id, first.endpoint.id);
  assert.deepEqual(owners, [first.endpoint.id]);
  assert.equal(mesh.endpoints.get("h1")?.size, 1);
});

test("a number that was given back between its answer and the record is asked for again", async () => {
  await using nats = await startNats({ hosts: ["h1"] });
  const log = await nats.connect("loader-h1");
  const mesh = emptyMesh();
  const services = await openServices(nats);
  let asked = 0;
  const containers = openContainers({
    ...{ host: "h1", log, mesh, reconciler: willingKernel(log, mesh), ipam: services.ipam },
    identity: {
      async allocate(given) {
        const answer = await services.identity.allocate(given);
        asked += 1;
        // The first answer each time is taken back at once.
        if (asked % 2 === 1)
          await appendNext(services.log, {
            type: "IdentitiesReleased",
            data: { identities: answer.identities },
          });
        return answer;
      },
    },
    onLeft: (error) => assert.fail(String(error)),
  });
  const call = { actor: "test", cause: "test", signal: AbortSignal.timeout(20_000), deadline: new Date() };
  const { endpoint } = await containers.attach(request, call);
  assert.deepEqual([endpoint.identity, asked, mesh.passed.count], [257, 2, 1]);
  const relabel = { id: endpoint.id, labels: { app: "db" } } as Request<"Loader", "relabel">;
  const after = await containers.relabel(relabel, call);
  assert.deepEqual([after.endpoint.identity, after.endpoint.labels, asked], [259, { app: "db" }, 4]);
});
