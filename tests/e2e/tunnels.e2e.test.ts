import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import type { EndpointView } from "@weft/model";
import { accountOf, startAnswering, startAsking } from "./asking.ts";
import { type Mesh, openMesh, skip } from "./weft.ts";

// Two hosts and a container on each; the way between the hosts changes while the containers talk.

const exec = promisify(execFile);
// Both ends are governed, so that flows are tracked and each packet is judged by who sent it, whichever way it came.
const scene = `
apiVersion: v1
kind: Namespace
metadata: { name: t, labels: { a: b } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: far, namespace: t }
spec:
  podSelector: { matchLabels: { app: far } }
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{ podSelector: { matchLabels: { app: near } } }]
      ports: [{ port: 7 }, { port: 7, protocol: UDP }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: near, namespace: t }
spec:
  podSelector: { matchLabels: { app: near } }
  policyTypes: [Ingress, Egress]
  egress:
    - to: [{ podSelector: { matchLabels: { app: far } } }]
`;
interface Lab extends AsyncDisposable {
  readonly mesh: Mesh;
  /** Where the container on the other host is reached. */
  readonly ipv6: string;
  readonly ipv4: string;
}

async function openLab(...options: readonly string[]): Promise<Lab> {
  const mesh = await openMesh();
  await mesh.json(["lab", "up", "-f", "-", "--hosts", "2", "--ipv4", ...options], scene);
  await mesh.json(["lab", "run", "t/near", "-l", "app=near", "--host", "h1"]);
  const far = await mesh.json<EndpointView>(["lab", "run", "t/far", "-l", "app=far", "--host", "h2"]);
  const dispose = () => mesh[Symbol.asyncDispose]();
  return { mesh, ipv6: far.ipv6 ?? "", ipv4: far.ipv4 ?? "", [Symbol.asyncDispose]: dispose };
}

interface Way {
  readonly set: string;
  /** Of packets between the hosts. */
  readonly filter: string;
  readonly mtu: number;
}

// Every tunnel over both underlays, by changes of one or the other.
const ways: readonly Way[] = [
  { set: "tunnel=geneve", filter: "ip and udp port 6081", mtu: 1442 },
  { set: "tunnel=gre", filter: "ip proto 47", mtu: 1458 },
  { set: "underlay=6", filter: "ip6 proto 47", mtu: 1438 },
  { set: "tunnel=geneve", filter: "ip6 and udp port 6081", mtu: 1422 },
  { set: "tunnel=vxlan", filter: "ip6 and udp port 4789", mtu: 1430 },
  { set: "tunnel=none", filter: "udp port 7 or tcp port 7", mtu: 1500 },
  { set: "underlay=4", filter: "udp port 7 or tcp port 7", mtu: 1500 },
  { set: "tunnel=vxlan", filter: "ip and udp port 4789", mtu: 1450 },
  { set: "mtu=1400", filter: "ip and udp port 4789", mtu: 1350 },
];

/** Throws unless packets that match pass between the hosts, within 5 s. */
async function seen(mesh: Mesh, filter: string): Promise<void> {
  const { mesh: name } = await mesh.json<{ mesh: string }>(["status", "-o", "json"]);
  const command = ["tcpdump", "-i", "h1", "-nn", "-c", "20", "--immediate-mode", filter];
  await exec("timeout", ["5", "ip", "netns", "exec", `weft-${name}-fabric`, ...command]);
}

async function deviceMtu(mesh: Mesh, container: string): Promise<number> {
  const { stdout } = await mesh.run(["lab", "exec", container, "--", "ip", "-j", "link", "show", "eth0"]);
  const [device] = JSON.parse(stdout) as { mtu: number }[];
  return device?.mtu ?? 0;
}

async function change(mesh: Mesh, { set, filter, mtu }: Way): Promise<void> {
  const { revision } = await mesh.json<{ revision: number }>(["option", "set", set]);
  assert.ok(revision > 0, `${set} is a change`);
  assert.equal((await mesh.run(["status", "--wait"])).status, 0, set);
  await seen(mesh, filter);
  assert.deepEqual([await deviceMtu(mesh, "t/near"), await deviceMtu(mesh, "t/far")], [mtu, mtu], set);
}

for (const attach of ["tcx", "clsact"]) {
  test(`by ${attach}, no connection and no datagram is lost while the mesh goes through every tunnel and underlay`, {
    skip,
    timeout: 300_000,
  }, async () => {
    await using lab = await openLab("--attach", attach);
    const { mesh } = lab;
    await using _answering = await startAnswering(mesh, "t/far", 7);
    await using over6 = await startAsking(mesh, "t/near", lab.ipv6, 7);
    await using over4 = await startAsking(mesh, "t/near", lab.ipv4, 7);
    for (const way of ways) await change(mesh, way);
    for (const account of [await accountOf(over6), await accountOf(over4)]) {
      assert.equal(account.tcpErrors, 0);
      assert.ok(account.tcpSent > 0);
      assert.equal(account.tcpBack, account.tcpSent);
      assert.ok(account.udpSent > ways.length);
      assert.deepEqual(account.udpMissing, []);
    }
  });
}

test("a lab begins with the tunnel and the underlay it is told", { skip }, async () => {
  await using lab = await openLab("--tunnel", "none", "--underlay", "6");
  const { mesh } = lab;
  await using _answering = await startAnswering(mesh, "t/far", 7);
  await using asking = await startAsking(mesh, "t/near", lab.ipv6, 7);
  await seen(mesh, "udp port 7");
  assert.equal(await deviceMtu(mesh, "t/near"), 1500);
  assert.deepEqual((await accountOf(asking)).udpMissing, []);
  await changesAreThreeEvents(mesh);
  await badSettingsAreRefused(mesh);
});

/** The first is the announcement, after which everybody sends as before; the last ends what was sent with before. */
async function changesAreThreeEvents(mesh: Mesh): Promise<void> {
  const { revision } = await mesh.json<{ revision: number }>(["option", "set", "tunnel=gre"]);
  const range = ["--from", `${revision - 2}`, "--to", `${revision}`];
  const { stdout } = await mesh.run(["log", ...range, "-o", "json"]);
  const values = stdout
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { data: { values: object } }).data.values);
  assert.deepEqual(values, [{ "tunnel-next": "gre" }, { tunnel: "gre" }, { "tunnel-next": "current" }]);
  assert.equal((await mesh.json<{ revision: number }>(["option", "set", "tunnel=gre"])).revision, 0);
}

/** What was expected is said, and nothing is put on record. */
async function badSettingsAreRefused(mesh: Mesh): Promise<void> {
  const head = async () => (await mesh.json<{ head: number }>(["status", "-o", "json"])).head;
  const first = await head();
  for (const [setting, expected] of [
    ["tunnel=ipip", /expected one of none, vxlan, geneve, gre/],
    ["underlay=5", /expected one of 4, 6/],
    ["lifetime.tcp-opening=432001", /expected whole seconds, 1 to 432000/],
    ["colour=red", /there is no option "colour"/],
    ["tunnel", /must be KEY=VALUE/],
  ] as const) {
    const { status, stderr } = await mesh.run(["option", "set", setting]);
    assert.equal(status, 2, stderr);
    assert.match(stderr, expected);
  }
  const trial = await mesh.json<{ revision: number }>(["option", "set", "tunnel=vxlan", "--dry-run"]);
  assert.equal(trial.revision, 0);
  assert.equal(await head(), first);
}
