import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { connectLog, encodeEvent, subjects, type WeftEvent } from "@weft/log";
import { type Forgery, forge } from "@weft/log/testing";
import { eventually } from "./wait.ts";
import { type Mesh, openMesh, skip } from "./weft.ts";

const head = (name: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: shop}
`;
const closed = `${head("closed")}spec: {podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress]}\n`;
const newer = `${head("closed")}spec: {podSelector: {}, policyTypes: [Ingress], weather: rain}\n`;
const option = (key: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${key}, labels: {a: b}}\n`;

/** A field that this version does not know: number 500, varint. */
const unknownField = Uint8Array.of(0xa0, 0x1f, 1);

function written(event: WeftEvent): Pick<Forgery, "type" | "data"> {
  return { type: `weft.v1.${event.type}`, data: Buffer.concat([encodeEvent(event), unknownField]) };
}

/** What newer and faulty writers put on each kind of subject. */
function forgeries(id: string): readonly [string, Forgery][] {
  const policy = { namespace: "shop", name: "closed", file: "f.yaml", line: 1 };
  const places: readonly [string, string][] = [
    ["identity", subjects.identity()],
    ["ipam", subjects.pool()],
    ["ipam", subjects.leases("h1")],
    ["loader-h1", subjects.host("h1")],
    ["loader-h1", subjects.endpoint("h1", id)],
    ["compiler", subjects.policy("NetworkPolicy", "shop", "closed")],
    ["compiler", subjects.namespace("shop")],
    ["compiler", subjects.option("mesh")],
    ["compiler", subjects.object("ab")],
    ["lb", subjects.service("shop", "web")],
  ];
  const unknown = places.map(([user, subject]): [string, Forgery] => {
    return [user, { subject, type: "weft.v1.FromTheFuture", data: Uint8Array.of(8, 1) }];
  });
  const broken = places.map(([user, subject]): [string, Forgery] => {
    return [user, { subject, type: "weft.v1.HostJoined", data: Uint8Array.of(10, 200) }];
  });
  const nothing = places.map(([user, subject]): [string, Forgery] => {
    return [user, { subject, type: "", data: new Uint8Array() }];
  });
  const values = { weather: "rain", tunnel: "carrier-pigeon", observe: "everything" };
  const known: readonly [string, string, WeftEvent][] = [
    [
      "compiler",
      subjects.policy("NetworkPolicy", "shop", "closed"),
      { type: "PolicyApplied", data: { ...policy, source: newer } },
    ],
    [
      "compiler",
      subjects.policy("Weather", "shop", "closed"),
      { type: "PolicyApplied", data: { ...policy, kind: "Weather", source: newer } },
    ],
    ["compiler", subjects.option("mesh"), { type: "OptionsSet", data: { scope: "mesh", values } }],
    ["compiler", subjects.object("cd"), { type: "ObjectBuilt", data: { digest: "cd", kind: "weather" } }],
    [
      "lb",
      subjects.service("shop", "web"),
      { type: "ServiceApplied", data: { namespace: "shop", name: "web", source: "{a: [" } },
    ],
    [
      "ipam",
      subjects.leases("h1"),
      { type: "AddressesLeased", data: { leases: [{ owner: "x", ipv6: Uint8Array.of(1) }] } },
    ],
    [
      "loader-h1",
      subjects.endpoint("h1", "x"),
      { type: "EndpointAttached", data: { host: "h1", id: "x", ipv6: Uint8Array.of(1) } },
    ],
  ];
  return [
    ...unknown,
    ...broken,
    ...nothing,
    ...known.map(([user, subject, event]): [string, Forgery] => [user, { subject, ...written(event) }]),
  ];
}

async function forgeAll(mesh: Mesh, id: string): Promise<number> {
  const { natsUrl } = JSON.parse(await readFile(join(mesh.state, "processes.json"), "utf8"));
  let last = 0;
  for (const [user, forgery] of forgeries(id)) {
    const seed = (await readFile(join(mesh.state, "nats", "seeds", `${user}.seed`), "utf8")).trim();
    await using log = await connectLog({ url: natsUrl, seed, name: "test" });
    last = (await forge(log, forgery)).revision;
  }
  return last;
}

interface Status {
  readonly hosts: readonly { applied: number; error: string; warnings: readonly string[] }[];
}

const run = ["lab", "run", "-l"];
const probe = ["lab", "probe", "--from", "shop/web", "--to", "shop/db", "-o", "json"];

async function life(mesh: Mesh, round: string): Promise<void> {
  // Services that were killed need their time to be back.
  await eventually(
    "a container runs",
    async () =>
      (await mesh.run([...run, "app=late", `shop/late-${round}`])).status === 0 ? true : undefined,
    60_000,
  );
  const { revision } = await mesh.json<{ revision: number }>(
    ["apply", "-f", "-", "--wait", "-o", "json"],
    option(`n-${round}`),
  );
  const status = await mesh.json<Status>(["status", "--wait", "-o", "json"]);
  assert.ok(
    status.hosts.every(({ applied, error }) => applied >= revision && error === ""),
    JSON.stringify(status),
  );
  assert.match(status.hosts[0]?.warnings.join("\n") ?? "", /has no effect/);
  const names = await mesh.json<{ name: string }[]>(["get", "endpoints", "-o", "json"]);
  assert.ok(names.some(({ name }) => name === `late-${round}`));
  await mesh.json(["delete", "-f", "-", "--wait", "-o", "json"], option(`n-${round}`));
  await mesh.json(["lab", "rm", `shop/late-${round}`]);
  await mesh.json(["wait", "-o", "json"]);
}

test("whatever a newer or faulty writer puts on any subject stops nothing: apply, delete, wait, get, attach go on", {
  skip,
}, async () => {
  await using mesh = await openMesh();
  await mesh.json(["lab", "up", "-f", "-", "--hosts", "2"], closed);
  await mesh.json([...run, "app=web", "shop/web"]);
  const { id } = await mesh.json<{ id: string }>([...run, "app=db", "shop/db", "--listen", "tcp/80"]);
  const before = await mesh.run(probe);
  await forgeAll(mesh, id);
  await life(mesh, "one");
  // The policy that was in force before the text that cannot be read stays.
  assert.equal((await mesh.run(probe)).stdout, before.stdout);
  const applied = await mesh.run(["apply", "-f", "-", "--wait"], closed);
  assert.equal(applied.status, 0, applied.stderr);
  await mesh.json(["delete", "-f", "-", "--wait", "-o", "json"], closed);
  // Whoever starts again reads all of it.
  for (const name of ["identity", "ipam", "compiler", "lb", "loader-h1"]) await kill(mesh, name);
  await life(mesh, "two");
});

async function kill(mesh: Mesh, name: string): Promise<void> {
  const { processes } = JSON.parse(await readFile(join(mesh.state, "processes.json"), "utf8")) as {
    processes: readonly { name: string; pid: number }[];
  };
  process.kill(processes.find((one) => one.name === name)?.pid ?? 0, "SIGKILL");
}
