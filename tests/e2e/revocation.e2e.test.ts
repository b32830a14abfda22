import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Running, startAnswering, startTalking } from "./asking.ts";
import { eventually } from "./wait.ts";
import { type Mesh, openMesh, skip } from "./weft.ts";

const talkPort = 7;
/** One for each test, all on h1. */
const servers = ["edited", "shut", "stripped", "kept", "drained"] as const;
type Server = (typeof servers)[number];
/** On the server's host, and on the other one. */
const clients = ["near", "far"] as const;

/** Lets nobody but one app talk to a server. */
const door = (server: Server, app: string, onRevoke?: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${server}-door
  namespace: t${onRevoke === undefined ? "" : `\n  annotations: { weft/on-revoke: "${onRevoke}" }`}
spec:
  podSelector: { matchLabels: { app: ${server} } }
  ingress:
    - from: [{ podSelector: { matchLabels: { app: ${app} } } }]
`;
const closed = (server: Server) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${server}-closed, namespace: t }
spec: { podSelector: { matchLabels: { app: ${server} } }, policyTypes: [Ingress] }
`;
const ban = (server: Server) => `
apiVersion: weft.dev/v1
kind: NetworkPolicy
metadata: { name: ${server}-ban, namespace: t }
spec:
  podSelector: { matchLabels: { app: ${server} } }
  ingressDeny:
    - from: [{ podSelector: { matchLabels: { app: friend } } }]
`;
const namespace = "{apiVersion: v1, kind: Namespace, metadata: {name: t}}";
const scene = [namespace, closed("stripped"), ...servers.map((server) => door(server, "friend"))];

let mesh: Mesh;
const addresses = new Map<Server, string>();
const running = new AsyncDisposableStack();

before(async () => {
  if (skip !== false) return;
  mesh = await openMesh();
  await mesh.json(["lab", "up", "-f", "-", "--hosts", "2"], scene.join("\n---\n"));
  const runIn = (name: string, app: string, host: string, ...more: string[]) =>
    mesh.json<{ ipv6: string }>(["lab", "run", `t/${name}`, "-l", `app=${app}`, "--host", host, ...more]);
  const served = servers.map(async (server) => {
    const { ipv6 } = await runIn(server, server, "h1", "--listen", "tcp/80");
    addresses.set(server, ipv6);
    running.use(await startAnswering(mesh, `t/${server}`, talkPort));
  });
  await Promise.all([...served, runIn("near", "friend", "h1"), runIn("far", "friend", "h2")]);
  await mesh.run(["status", "--wait"]);
});
after(async () => {
  if (skip !== false) return;
  await running.disposeAsync();
  await mesh[Symbol.asyncDispose]();
});

/** A connection in which both ends speak without end. */
interface Talk {
  readonly from: string;
  /** Lines that came back so far. */
  heard(): number;
  /** When the last one came. */
  lastMs(): number;
}

function talkOf(from: string, { printed }: Running): Talk {
  let [count, atMs] = [0, Date.now()];
  const heard = () => printed().length / "line\n".length;
  const timer = setInterval(() => {
    if (heard() !== count) [count, atMs] = [heard(), Date.now()];
  }, 20);
  running.defer(() => clearInterval(timer));
  return { from, heard, lastMs: () => atMs };
}

/** Both connections to a server, in use. */
async function connectBoth(server: Server): Promise<Talk[]> {
  const address = addresses.get(server) ?? "";
  const opened = clients.map(async (from) =>
    talkOf(from, running.use(await startTalking(mesh, `t/${from}`, address, talkPort))),
  );
  const talks = await Promise.all(opened);
  await goOn(talks);
  return talks;
}

/** Waits until more has come back in each. */
async function goOn(talks: readonly Talk[]): Promise<void> {
  for (const { from, heard } of talks) {
    const before = heard();
    await eventually(`more comes back to ${from}`, () => heard() > before + 3 || undefined);
  }
}

interface Seen {
  readonly id: string;
  readonly first: string;
  readonly count: number;
  readonly host: string;
  readonly reason: string;
  readonly direction: string;
  readonly state: string;
  readonly revision: number;
  readonly rule: { readonly kind: string; readonly policy: string; readonly list: string } | null;
  readonly source: { readonly namespace: string; readonly name: string; readonly port: number };
  readonly destination: { readonly namespace: string; readonly name: string; readonly port: number };
}

/** Of the two ends of a flow, the client: whichever packet was the first one to meet the change is on record. */
function clientOf({ source, destination }: Seen, server: Server): string | undefined {
  const [one, other] = source.name === server ? [destination, source] : [source, destination];
  const ours = other.name === server && other.port === talkPort && one.namespace === other.namespace;
  return ours ? one.name : undefined;
}

/** Flows of the talks with a server that were recorded with a verdict, by client. */
async function recorded(verdict: "cut" | "kept", server: Server): Promise<Map<string, Seen[]>> {
  const words = ["observe", "--verdict", verdict, "--since", "1h", "-o", "json"];
  const { status, stdout, stderr } = await mesh.run(words);
  assert.equal(status, 0, stderr);
  const lines = stdout.split("\n").filter(Boolean);
  const flows: Seen[] = lines.map((line) => JSON.parse(line));
  const ours = flows.filter((flow) => clientOf(flow, server) !== undefined);
  return Map.groupBy(ours, (flow) => clientOf(flow, server) ?? "");
}

/** Waits until each of the two connections has a record with a verdict. */
function recordedBoth(verdict: "cut" | "kept", server: Server): Promise<Map<string, Seen[]>> {
  return eventually(`both talks to ${server} are recorded as ${verdict}`, async () => {
    const found = await recorded(verdict, server);
    return found.size === clients.length ? found : undefined;
  });
}

async function counts(verdict: "cut" | "kept", server: Server): Promise<Record<string, number>> {
  const found = await recorded(verdict, server);
  return Object.fromEntries([...found].map(([client, flows]) => [client, flows.length]));
}

async function put(verb: "apply" | "delete", text: string): Promise<number> {
  return (await mesh.json<{ revision: number }>([verb, "-f", "-", "--wait"], text)).revision;
}

interface Why {
  readonly verdict: string;
  readonly agrees: boolean;
  readonly since: {
    readonly revision: number;
    readonly type: string;
    readonly actor: string;
    readonly time: string;
  };
  readonly change: { readonly apply: readonly string[] };
}
const why = (id: string) => mesh.json<Why>(["why", "--flow", id, "-o", "json"]);

const taken = [
  {
    server: "edited",
    what: "an edited policy",
    take: () => put("apply", door("edited", "nobody")),
    type: "PolicyApplied",
    rule: null,
  },
  {
    server: "shut",
    what: "a rule that denies",
    take: () => put("apply", ban("shut")),
    type: "PolicyApplied",
    rule: ["NetworkPolicy.weft.dev", "shut-ban", "ingressDeny"],
  },
  {
    server: "stripped",
    what: "the removal of a policy",
    take: () => put("delete", door("stripped", "friend")),
    type: "PolicyRemoved",
    rule: null,
  },
] as const;

for (const { server, what, take, type, rule } of taken) {
  test(`${what} cuts both connections: one record each, which says why, and how they may go on`, {
    skip,
    timeout: 120_000,
  }, async () => {
    const talks = await connectBoth(server);
    const revision = await take();
    const cuts = await recordedBoth("cut", server);
    const heard = talks.map((talk) => talk.heard());
    const changes = new Set<string>();
    for (const [client, [flow, ...more]] of cuts) {
      assert.ok(flow);
      assert.deepEqual([more, flow.count], [[], 1], client);
      const { host, reason, direction } = flow;
      assert.deepEqual([host, reason, direction], ["h1", "drop_policy_ingress", "ingress"]);
      assert.deepEqual(flow.rule && [flow.rule.kind, flow.rule.policy, flow.rule.list], rule);
      assert.equal(flow.revision, revision);
      const answer = await why(flow.id);
      assert.deepEqual([answer.verdict, answer.agrees], ["denied", true]);
      assert.deepEqual([answer.since.revision, answer.since.type], [revision, type]);
      assert.match(answer.since.actor, /^cli:/);
      for (const change of answer.change.apply) changes.add(change);
    }
    assert.deepEqual(
      talks.map((talk) => talk.heard()),
      heard,
      "nothing came through in all that time",
    );
    assert.ok(changes.size > 0);
    await put("apply", [...changes].join("---\n"));
    await goOn(talks);
    assert.deepEqual(await counts("cut", server), { near: 1, far: 1 });
  });
}

/** What becomes of new connections to a server. */
async function connecting(server: Server): Promise<string[]> {
  const probed = ["lab", "probe", "--to", `t/${server}`, "--port", "tcp/80", "-o", "json"];
  const cells = await mesh.json<{ from: string; verdict: string }[]>(probed);
  return cells.filter(({ from }) => /near|far/.test(from)).map(({ from, verdict }) => `${from} ${verdict}`);
}

test("with keep both connections go on, which is on record, and no new one begins", {
  skip,
  timeout: 120_000,
}, async () => {
  const talks = await connectBoth("kept");
  const revision = await put("apply", door("kept", "nobody", "keep"));
  const kept = await recordedBoth("kept", "kept");
  for (const [flow] of kept.values()) {
    assert.ok(flow);
    assert.deepEqual([flow.revision, flow.rule], [revision, null]);
    const { verdict, agrees, since } = await why(flow.id);
    assert.deepEqual([verdict, agrees, since.revision], ["denied", true, revision]);
  }
  assert.deepEqual(await connecting("kept"), ["t/far blocked", "t/near blocked"]);
  await goOn(talks);
  assert.deepEqual(await counts("kept", "kept"), { near: 1, far: 1 });
  assert.deepEqual(await counts("cut", "kept"), {});
});

test("with drain=3s both connections go on for so long, and are cut then", {
  skip,
  timeout: 120_000,
}, async () => {
  const talks = await connectBoth("drained");
  const revision = await put("apply", door("drained", "nobody", "drain=3s"));
  const cuts = await recordedBoth("cut", "drained");
  const heard = talks.map((talk) => talk.heard());
  for (const [client, [flow]] of cuts) {
    assert.ok(flow);
    assert.equal(flow.revision, revision);
    const { verdict, since } = await why(flow.id);
    assert.deepEqual([verdict, since.revision], ["denied", revision]);
    const talk = talks.find(({ from }) => from === client) ?? assert.fail();
    const deadlineMs = Date.parse(since.time) + 3000;
    const [cutMs, lastMs] = [Date.parse(flow.first) - deadlineMs, talk.lastMs() - deadlineMs];
    // Times of records are those of a clock that ticks every few milliseconds.
    assert.ok(cutMs > -20, `cut ${-cutMs} ms early`);
    assert.ok(lastMs > -1000, `silent ${-lastMs} ms before the deadline`);
  }
  assert.deepEqual(
    talks.map((talk) => talk.heard()),
    heard,
  );
  assert.deepEqual(await counts("cut", "drained"), { near: 1, far: 1 });
});
