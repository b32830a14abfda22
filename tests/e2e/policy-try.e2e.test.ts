import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { meshPaths, openLog, unlimitedWaits } from "@weft/cli";
import { type Flow, type Log, readFlows } from "@weft/log";
import { eventually } from "./wait.ts";
import { type Mesh, openMesh, skip } from "./weft.ts";

const pod = (name: string, ports: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec: { containers: [{ name: main, ports: [${ports}] }] }
`;
const policy = (from: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress:
    - from: [{ podSelector: { matchLabels: { app: ${from} } } }]
      ports: [{ port: http }]
`;
const web = "{ name: http, containerPort: 80 }, { name: dns, protocol: UDP, containerPort: 53 }";
const scene = [pod("web", web), pod("ops", ""), pod("ads", ""), pod("cron", ""), policy("ops")].join("---\n");
const candidate = policy("ads");

interface Turned {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly port: number;
  readonly by: string;
}

interface Report {
  readonly newlyDropped: readonly Turned[];
  readonly newlyAllowed: readonly Turned[];
  readonly unchanged: number;
  readonly outdated: number;
  readonly unknown: number;
}

interface Probed {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly port: number;
  readonly verdict: string;
}

let mesh: Mesh;
let log: Log;
before(async () => {
  if (skip !== false) return;
  mesh = await openMesh();
  await mesh.json(["lab", "up", "-f", "-", "--hosts", "2"], scene);
  const waits = unlimitedWaits({ say: (text) => console.error(text) });
  log = await openLog(meshPaths(mesh.state), { signal: AbortSignal.timeout(110_000), waits });
});
after(async () => {
  if (skip !== false) return;
  await log.close();
  await mesh[Symbol.asyncDispose]();
});

const probe = () => mesh.json<Probed[]>(["lab", "probe", "--to", "shop/web", "-o", "json"]);
const keyOf = ({ from, to, protocol, port }: Probed | Turned) => `${from} ${to} ${protocol}/${port}`;

async function recorded(): Promise<Flow[]> {
  return await Array.fromAsync(readFlows(log));
}

test("what a candidate is said to do to recorded traffic is what it does when it is applied", {
  skip,
  timeout: 110_000,
}, async () => {
  const before = await probe();
  assert.equal(before.length, 3 * 2);
  const attempt = () => mesh.json<Report>(["policy", "try", "-f", "-", "-o", "json"], candidate);
  const report = await eventually("every connection is on record", async () => {
    const found = await attempt();
    const { newlyDropped, newlyAllowed, unchanged } = found;
    return newlyDropped.length + newlyAllowed.length + unchanged === before.length ? found : undefined;
  });
  assert.deepEqual([report.outdated, report.unknown], [0, 0]);
  const [dropped, allowed] = [report.newlyDropped, report.newlyAllowed].map(
    (list) => new Set(list.map(keyOf)),
  );
  assert.deepEqual([...(dropped ?? [])], ["shop/ops shop/web tcp/80"]);
  assert.deepEqual([...(allowed ?? [])], ["shop/ads shop/web tcp/80"]);
  const predicted = before.map((one) => {
    const key = keyOf(one);
    return { ...one, verdict: dropped?.has(key) ? "blocked" : allowed?.has(key) ? "allowed" : one.verdict };
  });
  await mesh.json(["apply", "-f", "-", "--wait"], candidate);
  assert.deepEqual(await probe(), predicted);
});

test("each kind of flow that the kernels recorded is as the policies of its revision say", {
  skip,
  timeout: 110_000,
}, async () => {
  const of = (flows: readonly Flow[], reason: string) => flows.find((flow) => flow.reason === reason);
  const flows = await eventually("both verdicts are on record", async () => {
    const found = await recorded();
    return of(found, "drop_policy_ingress") && of(found, "forwarded") ? found : undefined;
  });
  const groups = Map.groupBy(flows, ({ verdict, reason, direction, source, protocol }) =>
    [verdict, reason, direction, source.name, protocol].join(),
  );
  for (const [flow] of groups.values()) {
    assert.ok(flow);
    const answer = await mesh.json<Record<string, unknown>>(["why", "--flow", flow.id, "-o", "json"]);
    const decided = flow.verdict === "FORWARDED" || flow.reason.startsWith("drop_policy_");
    const expected = decided ? ["recorded", ""] : ["outcome", undefined];
    assert.deepEqual([answer.kind, answer.difference], expected, JSON.stringify(answer));
  }
  const denied = of(flows, "drop_policy_ingress");
  const { stdout } = await mesh.run(["why", "--flow", denied?.id ?? ""]);
  assert.match(
    stdout,
    /^flow \d+\.\d+: DROPPED \(drop_policy_ingress\)[\s\S]*the same\n[\s\S]*suggested change/,
  );
  const gone = await mesh.run(["why", "--flow", "999999.0"]);
  assert.deepEqual([gone.status, /no flow 999999\.0/.test(gone.stderr)], [1, true]);
});

test("a job fails by what it asks for; a candidate that apply would refuse is refused the same way", {
  skip,
  timeout: 110_000,
}, async () => {
  const status = async (text: string, ...words: string[]) =>
    (await mesh.run(["policy", "try", "-f", "-", ...words], text)).status;
  assert.equal(await status(policy("ops")), 0);
  assert.equal(await status(policy("ops"), "--fail-on", "dropped"), 1);
  assert.equal(await status(candidate, "--fail-on", "change"), 0, "it is in force already");
  const bad = await mesh.run(["policy", "try", "-f", "-"], candidate.replace("ports:", "portz:"));
  assert.equal(bad.status, 2);
  assert.match(bad.stderr, /^stdin:9:7: spec\.ingress\[0\]\.portz: unknown field/);
  const without = await mesh.run(["policy", "try", "--delete", "shop/web", "--fail-on", "allowed"]);
  assert.equal(without.status, 1, without.stdout);
  assert.match(without.stdout, /newly allowed:[\s\S]*shop\/cron {2}shop\/web {2}udp\/53 .*no policy/);
});
