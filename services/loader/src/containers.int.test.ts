import assert from "node:assert/strict";
import { test } from "node:test";
import type { Log } from "@weft/log";
import { startNats } from "@weft/log/testing";
import { emptyMesh, evolve, type Mesh } from "@weft/model";
import { addressToBytes, parseAddress } from "@weft/netaddr";
import type { Request } from "@weft/rpc";
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
  const ipv6 = addressToBytes(parseAddress("fd00:1::1"));
  const owners: string[] = [];
  const containers = openContainers({
    host: "h1",
    log,
    mesh,
    identity: { allocate: async () => ({ identities: [256], revision: 0 }) },
    ipam: {
      lease: async ({ wishes }) => {
        owners.push(...(wishes ?? []).map(({ owner }) => owner ?? ""));
        return { leases: owners.map((owner) => ({ owner, ipv6 })), revision: 0 };
      },
      release: async () => ({ revision: 0 }),
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
