import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { BpfMap, Program } from "@weft/ebpf";
import type { WeftEvent } from "@weft/log";
import { meshOf } from "@weft/model/testing";
import { fromHex, toHex } from "../src/domain/bytes.ts";
import { policiesOf } from "../src/domain/policies.ts";
import { attachedEvent, twoHosts } from "../src/domain/testing.ts";
import { startHost, type TestHost } from "./host.ts";
import { compileShared, memoryObjects } from "./objects.ts";
import { kernelTest, makeRig } from "./rig.ts";

const objects = memoryObjects();
let shared = { container: "", uplink: "" };

before(async () => {
  if (kernelTest.skip === undefined) shared = await compileShared(objects);
});

/** Admits apps to UDP ports of app-2. */
function policy(...rules: readonly (readonly [app: string, port: number])[]): WeftEvent {
  const from = (app: string) => `from: [{ podSelector: { matchLabels: { app: ${app} } } }]`;
  const source = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: shop }
spec:
  podSelector: { matchLabels: { app: app-2 } }
  policyTypes: [Ingress]
  ingress:
${rules.map(([app, port]) => `    - { ${from(app)}, ports: [{ protocol: UDP, port: ${port} }] }`).join("\n")}
`;
  const where = { namespace: "shop", name: "closed", kind: "NetworkPolicy" };
  return { type: "PolicyApplied", data: { ...where, source, file: "closed.yaml", line: 1 } };
}

// Both deny app-1 port 443. With the identities of the first and the verdicts of the second it would pass, because the
// second has app-3 where the first has app-1.
const port = 443;
const first = policy(["app-1", 80], ["app-3", port]);
const second = policy(["app-3", port], ["app-4", 80]);

function run(netns: string, code: string) {
  const command = [`--net=${netns}`, process.execPath, "-e", code];
  const child = spawn("nsenter", command, { stdio: ["ignore", "pipe", "inherit"] });
  return { lines: createInterface(child.stdout), [Symbol.dispose]: () => void child.kill("SIGKILL") };
}

const server = `const counts = {};
const socket = require("node:dgram").createSocket("udp6").bind(${port}, "::", () => console.log("{}"));
socket.on("message", (_, { address }) => { counts[address] = (counts[address] ?? 0) + 1; });
setInterval(() => console.log(JSON.stringify(counts)), 20);`;

const sender = `const socket = require("node:dgram").createSocket("udp6");
const go = () => { for (let n = 0; n < 20; n += 1) socket.send("x", ${port}, "fd00:1::2"); setTimeout(go, 1); };
go();`;

/** Datagrams that came, by source: as of some later moment. */
async function arrived(lines: ReturnType<typeof run>["lines"]): Promise<Record<string, number>> {
  await once(lines, "line");
  const [line] = await once(lines, "line", { signal: AbortSignal.timeout(10_000) });
  return JSON.parse(line);
}

/** Packets that the server's policy denied. */
async function denied(host: TestHost): Promise<number> {
  return (await host.kernel.reports(["c2"]))[0]?.counters[8] ?? 0;
}

const allocations = [1, 2, 3, 4].map((n) => ({
  identity: 256 + n,
  labels: { app: `app-${n}`, "io.kubernetes.pod.namespace": "shop" },
}));
const app3 = { labels: { app: "app-3" }, identity: 259 };

test("a policy takes another's place as a whole: no packet meets the rules of both", kernelTest, async () => {
  await using rig = await makeRig();
  const [a, b, c] = [await rig.container(), await rig.container(), await rig.container()];
  const events: WeftEvent[] = [
    ...twoHosts,
    { type: "IdentitiesAllocated", data: { allocations } },
    attachedEvent("h1", 1, { netns: a.path }),
    attachedEvent("h1", 2, { netns: b.path }),
    attachedEvent("h1", 3, { netns: c.path, ...app3 }),
  ];
  await using host = await startHost(1, { rig, objects, shared }, [...events, first]);
  await host.tell();
  using listener = run(b.path, server);
  await once(listener.lines, "line");
  using _denied = run(a.path, sender);
  using _allowed = run(c.path, sender);
  const signal = AbortSignal.timeout(60_000);
  for (let round = 0; round < 40; round += 1) {
    await host.tell({ ...(round % 2 === 0 ? second : first) });
    const at = await denied(host);
    while ((await denied(host)) < at + 20) await delay(1, undefined, { signal });
  }
  const counts = await arrived(listener.lines);
  assert.equal(counts["fd00:1::1"], undefined, "denied by both");
  assert.ok((counts["fd00:1::3"] ?? 0) > 0, "allowed by both");

  // That this would have shown: the second's verdicts, put into the maps of the first.
  const mesh = meshOf([...events, second]);
  const endpoint = mesh.endpoints.get("h1")?.get("c2") ?? assert.fail("no c2");
  const { verdicts } = policiesOf(mesh)(endpoint).maps;
  const report = (await host.kernel.reports(["c2"])).find(({ hook }) => hook === "to_container");
  using program = Program.fromId(report?.programId ?? 0);
  for (const id of program.info().mapIds) {
    using map = BpfMap.fromId(id);
    if (map.name !== "verdicts") continue;
    for (const [key] of [...map.entries()])
      map.update(key, fromHex(verdicts.get(toHex(key)) ?? "00".repeat(16)));
  }
  while ((await arrived(listener.lines))["fd00:1::1"] === undefined) signal.throwIfAborted();
});
