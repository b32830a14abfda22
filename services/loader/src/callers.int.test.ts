import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Trail } from "@weft/log";
import { startNats } from "@weft/log/testing";
import { emptyMesh } from "@weft/model";
import { isWeftError } from "@weft/netaddr";
import { connect, type RequestInput, serve } from "@weft/rpc";
import { hostileCalls } from "@weft/rpc/testing";
import { openContainers } from "./containers.ts";
import { openDoubt } from "./doubt.ts";
import { loaderHandlers } from "./grpc.ts";
import { openLedger } from "./ledger.ts";
import type { Reconciler } from "./reconcile.ts";

const good: RequestInput<"Loader", "attach"> = {
  id: "c1",
  namespace: "shop",
  name: "web",
  labels: { app: "web" },
  netns: "/proc/self/ns/net",
};
const port = { name: "http", protocol: "TCP", port: 80 };

/** What is wrong with an Attach, and the field that the answer has to name. */
const refused: readonly [RequestInput<"Loader", "attach">, string][] = [
  [{}, "namespace"],
  [{ ...good, name: "" }, "name"],
  [{ ...good, name: "x".repeat(300) }, "name"],
  [{ ...good, namespace: "No_Name" }, "namespace"],
  [{ ...good, id: "../c1" }, "id"],
  [{ ...good, id: "x".repeat(129) }, "id"],
  [{ ...good, netns: "" }, "netns"],
  [{ ...good, netns: "/no/such/place" }, "netns"],
  [{ ...good, netns: `/${"x".repeat(5000)}` }, "netns"],
  [{ ...good, interface: "much-too-long-for-a-device" }, "interface"],
  [{ ...good, labels: { "a b": "c" } }, 'labels["a b"]'],
  [{ ...good, labels: Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`l${n}`, "v"])) }, "labels"],
  [{ ...good, ports: Array(1025).fill(port) }, "ports"],
  [{ ...good, ports: [port, { ...port, name: "80" }] }, "ports[1].name"],
  [{ ...good, ports: [port, {}] }, "ports[1].protocol"],
  [{ ...good, ports: [{ ...port, protocol: "QUIC" }] }, "ports[0].protocol"],
  [{ ...good, ports: [{ ...port, port: 70_000 }] }, "ports[0].port"],
  [{ ...good, ports: [{ ...port, port: 0 }] }, "ports[0].port"],
];

test("whatever is sent to a loader, the answer says what is wrong with it, and nothing is asked of anybody", async () => {
  await using nats = await startNats({ hosts: ["h1"] });
  await using log = await nats.connect("loader-h1");
  const directory = mkdtempSync(join(tmpdir(), "weft-loader-"));
  const mesh = emptyMesh();
  const nobody = async () => assert.fail("was asked");
  const progress = { tried: 0, applied: 0, failures: new Map() };
  const reconciler = {
    settled: async () => progress,
    progress: () => progress,
    inForce: async () => undefined,
    state: () => undefined,
    busySinceMs: () => undefined,
    plan: async () => ({ revision: 0, operations: [] }),
  } as unknown as Reconciler;
  const containers = openContainers({
    ...{ host: "h1", log, mesh, reconciler, onLeft: (error) => assert.fail(String(error)) },
    identity: { allocate: nobody },
    ipam: { lease: nobody, release: nobody },
  });
  const doubt = openDoubt(() => 0);
  doubt.checked();
  const status = {
    ...{ mesh, reconciler, facts: { host: "h1", problems: [] }, attach: "tcx" },
    ...{
      doubt,
      fault: doubt.text,
      ledger: openLedger(),
      trail: new Trail(),
      lost: () => "",
      idAt: log.idAt,
      ended: new AbortController().signal,
    },
    kernel: { reports: async () => [] },
    recorder: { totals: () => ({ recorded: 0, lost: {} }) },
  } as unknown as Parameters<typeof loaderHandlers>[1];
  const socket = join(directory, "loader.sock");
  const handlers = loaderHandlers(containers, status);
  await using _server = await serve({ service: "Loader", socket, handlers });
  using client = connect("Loader", socket, { actor: "test" });
  try {
    assert.deepEqual(await hostileCalls("Loader", socket), []);
    for (const [request, field] of refused) {
      await assert.rejects(
        client.attach(request),
        (error) =>
          isWeftError(error, "INVALID_ARGUMENT") && error.field === field && error.expected !== undefined,
        field,
      );
    }
    for (const call of [client.relabel({}), client.change({}), client.detach({})])
      await assert.rejects(call, (error) => isWeftError(error, "INVALID_ARGUMENT") && error.field === "id");
    await assert.rejects(client.detach({ id: "c9" }), (error) => isWeftError(error, "NOT_FOUND"));
    assert.equal(await log.head(), 0);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
