import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { startAnswering, startAsking } from "./asking.ts";
import { eventually } from "./wait.ts";
import { type Mesh, openMesh, root, skip } from "./weft.ts";

const manifests = `
{apiVersion: v1, kind: Namespace, metadata: {name: t}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: only-friends, namespace: t}
spec:
  podSelector: {matchLabels: {app: server}}
  policyTypes: [Ingress]
  ingress:
    - from: [{podSelector: {matchLabels: {app: friend}}}]
      ports: [{protocol: TCP, port: 80}]
`;

let mesh: Mesh;

before(async () => {
  if (skip !== false) return;
  mesh = await openMesh();
  await mesh.json(["lab", "up", "-f", "-", "--hosts", "2"], manifests);
  await mesh.json(["lab", "run", "t/server", "-l", "app=server", "--host", "h1", "--listen", "tcp/80"]);
  await mesh.json(["lab", "run", "t/friend", "-l", "app=friend", "--host", "h1"]);
  await mesh.json(["lab", "run", "t/stranger", "-l", "app=stranger", "--host", "h2"]);
  await mesh.run(["status", "--wait"]);
});
after(async () => {
  if (skip === false) await mesh[Symbol.asyncDispose]();
});

/** What the tests look at of a flow. */
interface Seen {
  readonly id: string;
  readonly host: string;
  readonly verdict: string;
  readonly reason: string;
  readonly revision: number;
  readonly protocol: string;
  readonly source: { readonly name: string | null; readonly port: number | null; readonly labels: object };
  readonly destination: { readonly name: string | null; readonly port: number | null };
  readonly rule: { readonly policy: string; readonly list: string; readonly index: number } | null;
}

const read = (lines: string): Seen[] =>
  lines
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

async function observe(...words: readonly string[]): Promise<Seen[]> {
  const { status, stdout, stderr } = await mesh.run(["observe", "-o", "json", ...words]);
  assert.equal(status, 0, stderr);
  return read(stdout);
}

/** Tries TCP port 80 of the server. */
async function connect(from: string, verdict: string): Promise<void> {
  const probed = ["lab", "probe", "--from", from, "--to", "t/server", "--port", "tcp/80", "-o", "json"];
  const cells = await mesh.json<{ verdict: string }[]>(probed);
  assert.deepEqual([...new Set(cells.map((cell) => cell.verdict))], [verdict]);
}

const fromStranger = ["--verdict", "dropped", "--from", "t/stranger", "--to", "t/server", "--port", "tcp/80"];

test("a blocked connection is seen by who watches, as dropped, and an allowed one as forwarded", {
  skip,
  timeout: 120_000,
}, async () => {
  const watching = spawn(join(root, "weft"), ["observe", "--follow", "--last", "0", "-o", "json"], {
    env: { ...process.env, WEFT_STATE: mesh.state },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const seen: Seen[] = [];
  createInterface({ input: watching.stdout }).on("line", (line) => seen.push(...read(line)));
  const ended = new Promise((resolve) => watching.once("exit", resolve));
  try {
    const drop = await eventually(
      "a drop is seen",
      async () => {
        await connect("t/stranger", "blocked");
        return seen.find(({ source, destination }) => source.name === "stranger" && destination.port === 80);
      },
      60_000,
    );
    const { verdict, reason, rule, host, source, revision } = drop;
    assert.deepEqual(
      { verdict, reason, rule, host, labels: source.labels },
      {
        verdict: "DROPPED",
        reason: "drop_policy_ingress",
        rule: null,
        host: "h1",
        labels: { app: "stranger" },
      },
    );
    assert.ok(revision > 0);
    await connect("t/friend", "allowed");
    const pass = await eventually("the allowed one is seen", () =>
      seen.find(({ source, destination }) => source.name === "friend" && destination.port === 80),
    );
    assert.equal(pass.verdict, "FORWARDED");
    assert.deepEqual([pass.rule?.policy, pass.rule?.list, pass.rule?.index], ["only-friends", "ingress", 0]);
    assert.ok((await observe(...fromStranger)).some(({ id }) => id === drop.id));
    const { stdout } = await mesh.run(["observe", ...fromStranger, "--last", "1"]);
    assert.match(
      stdout,
      / {2}h1 {2}t\/stranger -> t\/server tcp\/80 {2}DROPPED drop_policy_ingress {2}no rule {2}@\d+ {2}x\d+ {2}\d+\.\d+\n$/,
    );
  } finally {
    watching.kill("SIGINT");
  }
  assert.equal(await ended, 0, "to be told to stop is how following ends");
});

test("after a loader was killed the old flows are there, and new ones come", {
  skip,
  timeout: 120_000,
}, async () => {
  interface Status {
    readonly hosts: readonly { host: string; recorded: number; unrecorded: number }[];
    readonly processes: readonly { name: string; pid: number; running: boolean; restarts: number }[];
  }
  await connect("t/stranger", "blocked");
  const old = await eventually("the drop is recorded", async () => (await observe(...fromStranger)).at(-1));
  const loaderOf = async () =>
    (await mesh.json<Status>(["status", "-o", "json"])).processes.find(({ name }) => name === "loader-h1");
  const loader = await loaderOf();
  assert.ok(loader !== undefined);
  process.kill(loader.pid, "SIGKILL");
  // While nobody reads them the kernel keeps the records.
  await connect("t/stranger", "blocked");
  await eventually(
    "the loader is back",
    async () => {
      const { status } = await mesh.run(["status", "--wait"]);
      return status === 0 && (await loaderOf())?.pid !== loader.pid ? true : undefined;
    },
    60_000,
  );
  const flows = await eventually("what came meanwhile is recorded", async () => {
    const found = await observe(...fromStranger, "--since", "1h");
    return (found.at(-1)?.id ?? old.id) === old.id ? undefined : found;
  });
  assert.ok(flows.some(({ id }) => id === old.id));
  const { hosts } = await mesh.json<Status>(["status", "-o", "json"]);
  const { recorded, unrecorded } = hosts.find(({ host }) => host === "h1") ?? assert.fail();
  assert.ok(recorded > 0 && unrecorded === 0, `${recorded} ${unrecorded}`);
  assert.deepEqual(await observe("--since", "1h", "--from", "t/nobody"), []);
});

/** What the server takes from its friend, and what becomes of connections that it does not take any more. */
const friendly = (ports: string, revocation: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: only-friends, namespace: t, annotations: {weft/on-revoke: ${revocation}}}
spec:
  podSelector: {matchLabels: {app: server}}
  policyTypes: [Ingress]
  ingress: [{from: [{podSelector: {matchLabels: {app: friend}}}], ports: [${ports}]}]
`;

test("a connection that loses its permission is seen as kept, and as cut once, by the revision that took it back", {
  skip,
  timeout: 120_000,
}, async () => {
  const apply = async (text: string) =>
    (await mesh.json<{ revision: number }>(["apply", "-f", "-", "--wait"], text)).revision;
  // Whichever packet comes next meets the change: it may be an answer.
  const of = async (verdict: string) =>
    (await observe("--verdict", verdict, "--since", "1h")).filter(
      ({ protocol, source, destination }) =>
        protocol === "TCP" && (source.port === 7 || destination.port === 7),
    );
  await apply(friendly("{port: 80}, {port: 7}, {port: 7, protocol: UDP}", "cut"));
  const endpoints = await mesh.json<{ name: string; ipv6: string }[]>(["get", "endpoints", "-o", "json"]);
  const { ipv6 } = endpoints.find(({ name }) => name === "server") ?? assert.fail();
  await using _answering = await startAnswering(mesh, "t/server", 7);
  await using _asking = await startAsking(mesh, "t/friend", ipv6, 7);
  const keeping = await apply(friendly("{port: 80}", "keep"));
  const kept = await eventually("it is kept", async () => (await of("kept")).at(0));
  assert.deepEqual([kept.host, kept.revision, kept.rule], ["h1", keeping, null]);
  assert.deepEqual(await of("cut"), []);
  const cutting = await apply(friendly("{port: 80}", "cut"));
  await eventually("it is cut", async () => (await of("cut")).at(0));
  const drops = await eventually("its later packets are drops", async () => (await of("dropped")).at(0));
  assert.equal(drops.revision, cutting);
  const [cut, ...others] = await of("cut");
  assert.deepEqual([cut?.revision, cut?.rule, others], [cutting, null, []]);
  const why = await mesh.json<object>(["why", "--flow", cut?.id ?? "", "-o", "json"]);
  const { kind, verdict, difference } = why as Record<string, unknown>;
  assert.deepEqual([kind, verdict, difference], ["recorded", "denied", ""]);
});

test("what it does not know is refused by the name of the option", { skip }, async () => {
  for (const [option, value] of [
    ["--from", "x"],
    ["--verdict", "denied"],
    ["--host", "h9"],
    ["--since", "soon"],
  ]) {
    const { status, stderr } = await mesh.run(["observe", `${option}`, `${value}`]);
    assert.equal(status, 2);
    assert.match(stderr, new RegExp(`${option}.*${value}`));
  }
});
