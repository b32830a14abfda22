import assert from "node:assert/strict";
import { test } from "node:test";
import type { Ran } from "../run-command.ts";
import { type Mesh, openMesh, skip } from "./weft.ts";

interface Waited {
  readonly revision: number;
  readonly inForce: boolean;
  readonly hosts: readonly { host: string; applied: number; followed: number; error: string }[];
}

const space = (team: string) =>
  `{apiVersion: v1, kind: Namespace, metadata: {name: t, labels: {team: ${team}}}}`;

const waited = ({ stdout }: Ran): Waited => JSON.parse(stdout) as Waited;

async function pidOf(mesh: Mesh, name: string): Promise<number> {
  const { processes } = await mesh.json<{ processes: { name: string; pid: number }[] }>([
    ...["status", "-o", "json"],
  ]);
  const found = processes.find((one) => one.name === name);
  assert.ok(found, name);
  return found.pid;
}

/** Lets a stopped process go on, unless the supervisor has replaced it meanwhile. */
function continueProcess(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

test("weft wait returns when every host enforces the revision, and names those that do not in time", {
  skip,
}, async () => {
  await using mesh = await openMesh();
  await mesh.json(["lab", "up", "-f", "-", "--hosts", "2"], space("a"));
  const now = await mesh.json<Waited>(["wait", "-o", "json"]);
  assert.equal(now.inForce, true);
  assert.deepEqual(
    now.hosts.map(({ host, applied, error }) => [host, applied >= now.revision, error]),
    [
      ["h1", true, ""],
      ["h2", true, ""],
    ],
  );
  const loader = await pidOf(mesh, "loader-h2");
  const later = now.revision + 1;
  const coming = mesh.run(["wait", "--revision", `${later}`, "--timeout", "1m", "-o", "json"]);
  process.kill(loader, "SIGSTOP");
  try {
    const applied = await mesh.run(["apply", "-f", "-", "--wait", "--timeout", "500ms"], space("b"));
    assert.equal((JSON.parse(applied.stdout) as { revision: number }).revision, later, applied.stderr);
    assert.deepEqual([applied.status, /host h2 does not enforce/.test(applied.stderr)], [1, true]);
    const late = await mesh.run(["wait", "--revision", `${later}`, "--timeout", "500ms", "-o", "json"]);
    assert.equal(late.status, 1);
    assert.match(late.stderr, /host h2 does not enforce revision \d+: its loader does not answer/);
    assert.doesNotMatch(late.stderr, /host h1/);
    assert.equal(waited(late).inForce, false);
    assert.ok((waited(late).hosts.find(({ host }) => host === "h1")?.applied ?? 0) >= later);
  } finally {
    continueProcess(loader);
  }
  assert.deepEqual([waited(await coming).inForce, (await coming).status], [true, 0]);
  const never = await mesh.run(["wait", "--revision", "1000000", "--timeout", "0"]);
  assert.equal(never.status, 1);
  assert.match(never.stderr, /revision 1000000 does not exist yet: the newest is \d+/);
  assert.match(never.stderr, /host h1 does not enforce revision 1000000: it enforces \d+ and has read \d+/);
  assert.equal((await mesh.run(["wait", "--timeout", "soon"])).status, 2);
});
