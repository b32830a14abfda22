import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { EndpointView } from "@weft/model";
import { type Mesh, openMesh, root, skip } from "./weft.ts";

// One manifest of each kind; the tests add to the lab what they take away again.
const examples = join(root, "examples", "policies");

interface Probed {
  readonly from: string;
  readonly to: string;
  readonly verdict: string;
}

interface Host {
  readonly name: string;
  readonly netns: string;
  readonly underlay: string;
}

/** Who can be pinged, and from where. */
interface Place {
  readonly netns: string;
  readonly addresses: readonly string[];
}

let mesh: Mesh;
let places: ReadonlyMap<string, Place>;

before(async () => {
  if (skip !== false) return;
  mesh = await openMesh();
  await mesh.json(["lab", "up", "-f", examples, "--hosts", "2", "--ipv4"]);
  const endpoints = await mesh.json<EndpointView[]>(["get", "endpoints", "-o", "json"]);
  const { hosts } = JSON.parse(await readFile(join(mesh.state, "mesh.json"), "utf8")) as { hosts: Host[] };
  places = new Map([
    ...endpoints.map(({ namespace, name, netns, ipv6, ipv4 }): [string, Place] => {
      return [`${namespace}/${name}`, { netns, addresses: [ipv6, ipv4].filter((one) => one !== null) }];
    }),
    ...hosts.map(({ name, netns, underlay }): [string, Place] => [name, { netns, addresses: [underlay] }]),
  ]);
});
after(async () => {
  if (skip === false) await mesh[Symbol.asyncDispose]();
});

function ping(netns: string, address: string): Promise<boolean> {
  const words = [`--net=${netns}`, "ping", "-q", "-c", "1", "-W", "1", address];
  return new Promise((resolve) => execFile("nsenter", words, (error) => resolve(error === null)));
}

/** Whether one place's ping to every address of another is answered: all of them or none, or it throws. */
async function pings(pair: string): Promise<boolean> {
  const [from = "", to = ""] = pair.split(" ");
  const [source, target] = [places.get(from), places.get(to)];
  assert.ok(source !== undefined && target !== undefined, pair);
  const answered = await Promise.all(target.addresses.map((address) => ping(source.netns, address)));
  assert.equal(new Set(answered).size, 1, `${pair}: ${answered.join()} by ${target.addresses.join()}`);
  return answered[0] === true;
}

async function reach(...words: string[]): Promise<string[]> {
  const probed = await mesh.json<Probed[]>(["lab", "probe", ...words, "-o", "json"]);
  const allowed = probed
    .filter(({ verdict }) => verdict === "allowed")
    .map(({ from, to }) => `${from} ${to}`);
  return [...new Set(allowed)].sort();
}

const apply = (verb: string, ...words: string[]) => mesh.json([verb, ...words]);

test("manifests of every kind are on record beside each other", { skip, timeout: 120_000 }, async () => {
  const rows = await mesh.json<{ kind: string; namespace: string; name: string }[]>([
    "get",
    "policies",
    "-o",
    "json",
  ]);
  assert.deepEqual(
    rows.map(({ kind, namespace, name }) => [kind, namespace, name].join(" ")),
    [
      "ClusterNetworkPolicy  ground-rules",
      "ClusterNetworkPolicy  strangers",
      "NetworkPolicy shop db",
      "NetworkPolicy.weft.dev shop web",
    ],
  );
});

test("connections pass as all tiers together say", { skip, timeout: 120_000 }, async () => {
  assert.deepEqual(await reach(), [
    "ops/monitor shop/db",
    "ops/monitor shop/web",
    "shop/db ops/monitor",
    "shop/db shop/web",
    "shop/web ops/monitor",
    "shop/web shop/db",
  ]);
});

test("pings, the own host and other hosts are judged as ICMP and as entities", {
  skip,
  timeout: 120_000,
}, async () => {
  const expected: Record<string, boolean> = {
    "shop/db shop/web": true,
    "guests/guest shop/web": false,
    "shop/web shop/db": false,
    "ops/monitor shop/db": true,
    // Web is on h1, db on h2: each host is one's own and the other's remote node.
    "h1 shop/web": true,
    "h2 shop/web": true,
    "h1 shop/db": false,
    "h2 shop/db": true,
    "shop/web h1": false,
    "shop/web h2": false,
    "ops/monitor h2": true,
  };
  const pairs = Object.keys(expected);
  const answers = await Promise.all(pairs.map(pings));
  assert.deepEqual(Object.fromEntries(pairs.map((pair, n) => [pair, answers[n]])), expected);
});

test("labels of a namespace that come and go open and close what selects by them", {
  skip,
  timeout: 120_000,
}, async () => {
  const guests = join(mesh.state, "guests.json");
  const metadata = { name: "guests", labels: { team: "guests" } };
  await writeFile(guests, JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata }));
  const web = join(examples, "weft-network-policy.yaml");
  const fromGuest = () => reach("--from", "guests/guest");
  assert.deepEqual(await fromGuest(), []);
  await apply("apply", "-f", guests, "--wait");
  assert.deepEqual(await fromGuest(), ["guests/guest ops/monitor"]);
  await apply("delete", "-f", web, "--wait");
  assert.deepEqual(await fromGuest(), ["guests/guest ops/monitor", "guests/guest shop/web"]);
  await apply("delete", "-f", guests, "--wait");
  assert.deepEqual(await fromGuest(), []);
  await apply("apply", "-f", web, "--wait");
});
