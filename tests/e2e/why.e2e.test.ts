import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { meshPaths, type OpenAccess, openAccess, openLog, unlimitedWaits } from "@weft/cli";
import {
  type Cell,
  type ConformanceCase,
  openWorld,
  planStep,
  planWorld,
  probeCells,
  readCases,
  servedPorts,
  type World,
  type WorldPlan,
} from "@weft/lab";
import { fold, type Log } from "@weft/log";
import { eachEndpoint, meshProjection, policyEndpointOf, policyView } from "@weft/model";
import { explain, flip } from "@weft/policy";
import { casesFile } from "./conformance.ts";
import { type Mesh, openMesh, skip } from "./weft.ts";

// Targets, directions, all ways to name peers, blocks with exceptions, ports by number, range and name, several policies.
const chosen = [1, 5, 7, 9, 14, 18, 20, 21, 22, 32, 123, 133, 137, 142, 149, 150, 169, 184, 197, 212];
const namespace = "{apiVersion: v1, kind: Namespace, metadata: {name: x}}";
const signal = AbortSignal.timeout(280_000);
const deadlineMs = 60_000;

let mesh: Mesh;
let log: Log;
let access: OpenAccess;
let plan: WorldPlan;
let world: World;
let cases: readonly ConformanceCase[];

before(async () => {
  if (skip !== false) return;
  mesh = await openMesh();
  await mesh.json(["lab", "up", "-f", "-", "--hosts", "2", "--ipv4"], namespace);
  const paths = meshPaths(mesh.state);
  const waits = unlimitedWaits({ say: (text) => console.error(text) });
  log = await openLog(paths, { signal, waits });
  access = await openAccess(paths, { actor: "cli:test", signal, waits });
  const all = readCases(await readFile(casesFile, "utf8"), casesFile);
  cases = all.filter(({ index }) => chosen.includes(index));
  plan = planWorld(cases, servedPorts(all, casesFile), access.hosts, casesFile);
  world = await openWorld(plan, access, true, signal);
});
after(async () => {
  if (skip !== false) return;
  access[Symbol.dispose]();
  await log.close();
  await mesh[Symbol.asyncDispose]();
});

/** What explanations suggest for cells that are blocked: the manifests, by cell. */
async function suggestions(blocked: readonly Cell[]): Promise<Map<Cell, readonly string[]>> {
  const { state } = await fold(log, meshProjection, { signal });
  const view = policyView(state);
  const endpoints = new Map([...eachEndpoint(state)].map((one) => [`${one.namespace}/${one.name}`, one]));
  return new Map(
    blocked.map((cell) => {
      const [from, to] = [endpoints.get(cell.from), endpoints.get(cell.to)];
      assert.ok(from && to);
      const { protocol, port, family } = cell;
      const flow = { from: policyEndpointOf(from), to: policyEndpointOf(to), protocol, port, family };
      const explanation = explain(flow, view);
      assert.equal(explanation.allowed, false, cell.text);
      return [cell, flip(explanation, view, { from: cell.from, to: cell.to }).apply];
    }),
  );
}

/** Applies the suggestions for some of the cells, and tries all of them: these pass now, and no other that did not. */
async function tryWith(texts: readonly string[], cells: readonly Cell[]): Promise<string[]> {
  const documents = texts.map((text) => ({ file: "why", text }));
  const given = { deadlineMs, signal };
  const { revision } = await access.compiler.apply({ documents }, given);
  await Promise.all([...access.loaders.values()].map((loader) => loader.wait({ revision }, given)));
  const { wrong } = await probeCells(cells, world.containers, signal);
  await access.compiler.delete({ documents }, given);
  return wrong.map(({ cell, expected, seen }) => `${cell}: expected ${expected}, was ${seen}`);
}

test("in twenty cases, for every blocked cell, the suggested change lets it pass, and no other cell", {
  skip,
  timeout: 280_000,
}, async () => {
  assert.equal(cases.length, 20);
  let tried = 0;
  for (const [number, { index, steps, description }] of cases.entries()) {
    const step = steps[0];
    assert.ok(step);
    const planned = planStep(step, plan, [number % 2 === 0 ? 6 : 4]);
    await world.enter({ ...planned.state, policies: planned.policies }, signal);
    const blocked = planned.cells.filter(({ expected }) => expected === "blocked");
    assert.ok(blocked.length > 0, description);
    const suggested = await suggestions(blocked);
    // Every other one, then the rest: each cell is tried with what is suggested for it, and without.
    for (const round of [0, 1]) {
      const turned = new Set(blocked.filter((_, place) => place % 2 === round));
      const texts = [...turned].flatMap((cell) => suggested.get(cell) ?? []);
      const cells = planned.cells.map((cell) => {
        return turned.has(cell) ? { ...cell, expected: "allowed" as const } : cell;
      });
      assert.deepEqual(await tryWith(texts, cells), [], `case ${index}: ${description}`);
      tried += turned.size;
    }
  }
  assert.ok(tried > 1500, `${tried} cells`);
});

interface Answer {
  readonly revision: number;
  readonly verdict: string;
  readonly since: { readonly revision: number; readonly actor: string; readonly trace: string } | null;
  readonly change: { readonly apply: readonly string[] };
}

test("an answer's change is applied as it is; the answer of before stays that of its revision", {
  skip,
  timeout: 120_000,
}, async () => {
  const step = cases[0]?.steps[0];
  assert.ok(step);
  const planned = planStep(step, plan, [6]);
  await world.enter({ ...planned.state, policies: planned.policies }, signal);
  const cell = planned.cells.find(({ expected, protocol }) => expected === "blocked" && protocol === "TCP");
  assert.ok(cell);
  const ends = ["--from", cell.from, "--to", cell.to, "--port", `tcp/${cell.port}`];
  const why = (...more: string[]) => mesh.json<Answer>(["why", ...ends, "-o", "json", ...more]);
  const apply = async ({ change }: Answer) => {
    const words = ["apply", "-f", "-", "--wait"];
    return (await mesh.json<{ revision: number }>(words, change.apply.join("---\n"))).revision;
  };
  const probed = async () => {
    const results = await mesh.json<{ verdict: string }[]>(["lab", "probe", ...ends, "-o", "json"]);
    return [...new Set(results.map(({ verdict }) => verdict))];
  };
  const denied = await why();
  assert.deepEqual([denied.verdict, await probed()], ["denied", ["blocked"]]);
  const opened = await apply(denied);
  const allowed = await why();
  assert.deepEqual([allowed.verdict, await probed()], ["allowed", ["allowed"]]);
  assert.equal(allowed.since?.revision, opened);
  assert.match(allowed.since?.actor ?? "", /^cli:/);
  assert.match(allowed.since?.trace ?? "", /^[0-9a-f]{32}$/);
  assert.deepEqual(await why("--at", `${denied.revision}`), denied);
  const closed = await apply(allowed);
  const again = await why();
  assert.deepEqual([again.verdict, await probed()], ["denied", ["blocked"]]);
  assert.equal(again.since?.revision, closed);
  const { stdout } = await mesh.run(["why", ...ends]);
  assert.match(stdout, /^at revision \d+ denied: [\s\S]*denied since revision \d+: PolicyApplied on policy /);
});
