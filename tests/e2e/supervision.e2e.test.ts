import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { smallDisk } from "@weft/log/testing";
import { openMachine } from "./network.ts";
import { eventually } from "./wait.ts";
import { type Mesh, openMesh, root, skip } from "./weft.ts";

const pods = `{apiVersion: v1, kind: Pod, metadata: {name: a},
  spec: {containers: [{name: c, ports: [{containerPort: 80}]}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {containers: [{name: c, ports: [{containerPort: 80}]}]}}
`;

/** A policy that does not fit into the last page of a file, which a full disk still has. */
const large = `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy,
  metadata: {name: large, annotations: {text: "${"x".repeat(20_000)}"}}, spec: {podSelector: {matchLabels: {app: none}}}}
`;

interface Status {
  readonly head: number;
  readonly processes: readonly { readonly name: string; readonly pid: number; readonly restarts: number }[];
  readonly troubles: readonly string[];
}

async function statusOf(mesh: Mesh): Promise<{ status: number; said: string; found: Status | undefined }> {
  const { status, stdout, stderr } = await mesh.run(["status", "-o", "json"]);
  return { status, said: stderr, found: stdout === "" ? undefined : (JSON.parse(stdout) as Status) };
}

async function pidsOf(mesh: Mesh): Promise<Map<string, number>> {
  const { found } = await statusOf(mesh);
  return new Map(found?.processes.map(({ name, pid }) => [name, pid]));
}

async function pidOf(mesh: Mesh, name: string): Promise<number> {
  const pid = (await pidsOf(mesh)).get(name);
  assert.ok(pid !== undefined, `${name} runs`);
  return pid;
}

/** Waits until the process of this name is another than it was, and all is well. */
function replaced(mesh: Mesh, name: string, before: number): Promise<true> {
  return eventually(
    `${name} runs again, and all is well`,
    async () => {
      const { status, found } = await statusOf(mesh);
      const now = found?.processes.find((one) => one.name === name)?.pid;
      return status === 0 && now !== undefined && now !== before ? true : undefined;
    },
    120_000,
  );
}

async function assertConnected(mesh: Mesh): Promise<void> {
  const probed = await mesh.json<{ verdict: string }[]>(["lab", "probe", "-o", "json"]);
  assert.deepEqual(
    probed.map(({ verdict }) => verdict),
    ["allowed", "allowed"],
  );
}

test("a killed supervisor is followed by another, which takes over what runs; after a kill of all, weft up does", {
  skip,
}, async () => {
  await using mesh = await openMesh();
  await mesh.json(["lab", "up", "-f", "-", "--hosts", "1"], pods);
  const before = await pidsOf(mesh);
  const supervisor = before.get("supervisor") ?? 0;
  process.kill(supervisor, "SIGKILL");
  await replaced(mesh, "supervisor", supervisor);
  const after = await pidsOf(mesh);
  for (const name of ["nats-server", "ipam", "identity", "compiler", "lb", "loader-h1"]) {
    assert.equal(after.get(name), before.get(name), `${name} goes on`);
  }
  assert.equal(after.get("supervisor"), before.get("guardian"), "the guardian took over");
  const identity = await pidOf(mesh, "identity");
  process.kill(identity, "SIGKILL");
  await replaced(mesh, "identity", identity);
  await assertConnected(mesh);
  // All at once, those first who would start the others again.
  const all = await pidsOf(mesh);
  for (const name of new Set(["guardian", "supervisor", ...all.keys()])) {
    process.kill(all.get(name) ?? 0, "SIGKILL");
  }
  assert.match((await statusOf(mesh)).said, /the supervisor is gone since 20\d\d-.*expected weft up/);
  const other = await mesh.run(["up", "--host", "two"]);
  assert.match(other.stderr, /--host: .* there is a lab \(expected weft up without it, or weft down first\)/);
  await mesh.json(["up"]);
  await replaced(mesh, "nats-server", all.get("nats-server") ?? 0);
  await assertConnected(mesh);
  await mesh.json(["lab", "run", "default/c"]);
});

test("with supervisor and guardian gone status says so, and weft up takes over what runs", {
  skip,
}, async () => {
  using machine = openMachine();
  await using mesh = await openMesh(machine.enter);
  await mesh.json(["up", "--host", "one"]);
  const before = await pidsOf(mesh);
  // Each starts the other again: the supervisor as soon as it sees its guardian end, the guardian within a second.
  for (const name of ["supervisor", "guardian"]) process.kill(before.get(name) ?? 0, "SIGKILL");
  const { status, said } = await statusOf(mesh);
  assert.equal(status, 1);
  assert.match(said, /the supervisor is gone since 20\d\d-.*expected weft up/);
  const other = await mesh.run(["up", "--host", "two"]);
  assert.equal(other.status, 1);
  assert.match(
    other.stderr,
    /--host: .* was started with another value \(expected one, or weft down first\)/,
  );
  await mesh.json(["up", "--host", "one"]);
  const after = await pidsOf(mesh);
  for (const [name, pid] of before) {
    if (name !== "guardian" && name !== "supervisor") assert.equal(after.get(name), pid, `${name} goes on`);
  }
  assert.equal((await statusOf(mesh)).status, 0);
  assert.equal(
    (await mesh.run(["up", "--host", "one"])).status,
    1,
    "one that has a supervisor is up already",
  );
  await using inside = await openMesh([...machine.enter, "env", "NOTIFY_SOCKET=/nonexistent"]);
  const inherited = await inside.run(["up", "--host", "one", "--state", mesh.state]);
  assert.equal(inherited.status, 1, "a shell that some service started is no service manager");
  assert.equal((await pidsOf(mesh)).get("supervisor"), after.get("supervisor"));
  // A service manager whose start was broken off knows nothing of the supervisor that it left.
  const service = 'export NOTIFY_SOCKET=/nonexistent SYSTEMD_EXEC_PID=$$; exec "$@"';
  await using managed = await openMesh([...machine.enter, "sh", "-c", service, "sh"]);
  await managed.json(["up", "--host", "one", "--state", mesh.state]);
  const last = await pidsOf(mesh);
  assert.notEqual(last.get("supervisor"), after.get("supervisor"));
  assert.equal(last.get("nats-server"), before.get("nats-server"));
  assert.ok(!last.has("guardian"), "systemd is the guardian");
});

test("a nats-server, a service and a loader that are stopped by a signal are replaced, and the mesh goes on", {
  skip,
}, async () => {
  await using mesh = await openMesh();
  await mesh.json(["lab", "up", "-f", "-", "--hosts", "1"], pods);
  for (const name of ["nats-server", "identity", "loader-h1"]) {
    const pid = await pidOf(mesh, name);
    process.kill(pid, "SIGSTOP");
    await replaced(mesh, name, pid);
  }
  await assertConnected(mesh);
  await mesh.json(["lab", "run", "default/c"]);
});

test("on a full disk packets pass and status says so, nothing gives up, and all comes back by itself", {
  skip,
}, async () => {
  using disk = smallDisk(96);
  await using mesh = await openMesh([], disk.path);
  await mesh.json(["lab", "up", "-f", "-", "--hosts", "1"], pods);
  const before = await pidsOf(mesh);
  const { found } = await statusOf(mesh);
  disk.fill();
  assert.equal((await mesh.run(["lab", "run", "default/c"])).status, 1, "a container has to be noted");
  assert.equal((await mesh.run(["apply", "-f", "-"], large)).status, 1, "a policy has to go on record");
  process.kill(before.get("identity") ?? 0, "SIGKILL");
  const { status, said } = await statusOf(mesh);
  assert.equal(status, 1);
  assert.match(said, /no space: \S+ has 0 MiB free/);
  await assertConnected(mesh);
  assert.ok(isAlive(before.get("supervisor") ?? 0), "the supervisor goes on");
  disk.free();
  await replaced(mesh, "identity", before.get("identity") ?? 0);
  await mesh.json(["lab", "run", "default/d"]);
  const now = await statusOf(mesh);
  assert.ok((now.found?.head ?? 0) > (found?.head ?? 0), "the log goes on");
  assert.equal(now.found?.processes.find(({ name }) => name === "supervisor")?.pid, before.get("supervisor"));
});

test("a mesh without supervisor gets another one on a full disk, and never two", { skip }, async () => {
  using machine = openMachine();
  using disk = smallDisk(96);
  await using mesh = await openMesh(machine.enter, disk.path);
  await mesh.json(["up", "--host", "one"]);
  await mesh.json(["lab", "run", "default/a"]);
  const before = await pidsOf(mesh);
  disk.fill();
  // Each starts the other again: the supervisor as soon as it sees its guardian end, the guardian within a second.
  for (const name of ["supervisor", "guardian"]) process.kill(before.get(name) ?? 0, "SIGKILL");
  await mesh.json(["up", "--host", "one"]);
  const supervisor = await pidOf(mesh, "supervisor");
  assert.notEqual(supervisor, before.get("supervisor"));
  assert.equal(await pidOf(mesh, "nats-server"), before.get("nats-server"));
  const main = join(root, "apps/cli/src/supervisor/main.ts");
  const words = [...machine.enter, process.execPath, main, mesh.state, "somebody", "--resume"];
  const second = spawnSync(words[0] ?? "", words.slice(1), { encoding: "utf8" });
  assert.equal(second.status, 1);
  assert.match(
    second.stderr,
    new RegExp(`\\(process ${supervisor}\\) is the supervisor of this mesh already`),
  );
  assert.ok(isAlive(supervisor), "the first goes on");
  disk.free();
});

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
