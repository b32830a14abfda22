import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { type KernelObjects, kernelObjects, meshState, stillInKernel } from "./machine.ts";
import { eventually } from "./wait.ts";
import { type Mesh, openMesh, root, skip } from "./weft.ts";

const one = `{apiVersion: v1, kind: Pod, metadata: {name: a, labels: {app: a}},
  spec: {containers: [{name: c, ports: [{containerPort: 80}]}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {containers: [{name: c, ports: [{containerPort: 80}]}]}}
`;

interface Processes {
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
}

async function pidOf(mesh: Mesh, name: string): Promise<number | undefined> {
  const { processes } = JSON.parse(await readFile(join(mesh.state, "processes.json"), "utf8")) as Processes;
  return processes.find((process) => process.name === name)?.pid;
}

function isSleeping(): boolean {
  const wanted = `sleep\0${6e8 + process.pid}\0`;
  return readdirSync("/proc").some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8") === wanted;
    } catch {
      return false;
    }
  });
}

/** The kernel frees programs and maps a moment after the last reference to them is gone. */
async function assertGone(mesh: Mesh, objects?: KernelObjects): Promise<void> {
  await eventually(
    "everything of the mesh is gone",
    () => {
      const left = [...meshState(mesh.state), ...(objects === undefined ? [] : stillInKernel(objects))];
      return left.length === 0 ? true : undefined;
    },
    60_000,
  );
}

test("weft down leaves no process, namespace, device, program, map, mount or cgroup", { skip }, async () => {
  await using mesh = await openMesh();
  await mesh.json(["lab", "up", "-f", "-", "--hosts", "2"], one);
  const during = meshState(mesh.state);
  for (const [what, least] of [
    ["process", 8],
    ["namespace", 5],
    ["mount", 1],
  ] as const) {
    assert.ok(during.filter((line) => line.startsWith(what)).length >= least, during.join("\n"));
  }
  const objects = await kernelObjects(mesh);
  assert.ok(objects.prog.size >= 6 && objects.map.size > 6 && objects.link.size >= 6);
  assert.equal((await mesh.run(["down"])).status, 0);
  await assertGone(mesh, objects);
  assert.equal((await mesh.run(["down"])).status, 0, "a second down has nothing to do");
});

test("weft down works after the supervisor was killed and its notes are gone, with a command still running", {
  skip,
}, async () => {
  await using mesh = await openMesh();
  await mesh.json(["lab", "up", "-f", "-", "--hosts", "1"], one);
  const objects = await kernelObjects(mesh);
  const stuck = mesh.run(["lab", "exec", "default/a", "--", "sleep", `${6e8 + process.pid}`]);
  await eventually("the command runs", () => (isSleeping() ? true : undefined));
  const supervisor = await pidOf(mesh, "supervisor");
  assert.ok(supervisor !== undefined);
  process.kill(supervisor, "SIGKILL");
  for (const file of ["mesh.json", "processes.json"]) await rm(join(mesh.state, file));
  assert.equal((await mesh.run(["down"])).status, 0);
  assert.notEqual((await stuck).status, 0);
  await assertGone(mesh, objects);
});

test("a service that is killed comes back by itself, and the mesh goes on", { skip }, async () => {
  await using mesh = await openMesh();
  await mesh.json(["lab", "up", "-f", "-", "--hosts", "1"], one);
  for (const name of ["identity", "nats-server", "loader-h1"]) {
    const pid = await pidOf(mesh, name);
    assert.ok(pid !== undefined);
    process.kill(pid, "SIGKILL");
    await eventually(`${name} runs again`, async () => {
      const now = await pidOf(mesh, name);
      return now !== undefined && now !== pid ? now : undefined;
    });
  }
  const made = await mesh.json<{ name: string }>([
    "lab",
    "run",
    "default/c",
    "-l",
    "app=new",
    "--listen",
    "tcp/80",
  ]);
  assert.equal(made.name, "c");
  const probed = await mesh.json<{ verdict: string }[]>(["lab", "probe", "--to", "default/c", "-o", "json"]);
  assert.deepEqual(
    probed.map(({ verdict }) => verdict),
    ["allowed", "allowed"],
  );
});

test("two meshes in two state directories do not know of each other", { skip }, async () => {
  await using first = await openMesh();
  await using second = await openMesh();
  await Promise.all([first, second].map((mesh) => mesh.json(["lab", "up", "-f", "-", "--hosts", "1"], one)));
  assert.equal((await second.run(["lab", "up", "-f", "-"], one)).status, 1, "one mesh a state directory");
  assert.equal((await first.run(["down"])).status, 0);
  const probed = await second.json<{ verdict: string }[]>(["lab", "probe", "-o", "json"]);
  assert.deepEqual(
    probed.map(({ verdict }) => verdict),
    ["allowed", "allowed"],
  );
});

test("manifests that are wrong start nothing at all", { skip }, async () => {
  await using mesh = await openMesh();
  const { status, stderr } = await mesh.run(
    ["lab", "up", "-f", "-"],
    `${one}---\n{apiVersion: v1, kind: Pod, metadata: {name: c}}\n`,
  );
  assert.equal(status, 2);
  assert.match(stderr, /^stdin:\d+:\d+: /m);
  await assertGone(mesh);
});

test("the demo shows what came up, judges every connection, ends by itself with --once, and leaves nothing", {
  skip,
}, async () => {
  await using mesh = await openMesh();
  const { status, stdout, stderr } = await mesh.run([
    "lab",
    "demo",
    "--once",
    "-f",
    join(root, "examples", "online-boutique"),
  ]);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^default\/frontend +h\d +fd[0-9a-f:]+ /m);
  assert.match(stdout, /121 of 121 connections as expected/);
  await assertGone(mesh);
});

test("the demo stays until Ctrl-C, and leaves nothing", { skip }, async () => {
  await using mesh = await openMesh();
  const demo = spawn(join(root, "weft"), ["lab", "demo", "-f", "-", "--hosts", "2"], {
    env: { ...process.env, WEFT_STATE: mesh.state },
  });
  const ended = once(demo, "exit");
  let shown = "";
  let objects: KernelObjects | undefined;
  demo.stdout.on("data", (chunk) => {
    shown += chunk;
  });
  demo.stderr.resume();
  demo.stdin.end(one);
  try {
    await eventually("the demo is up", () => (shown.includes("Ctrl-C ends it") ? true : undefined), 60_000);
    objects = await kernelObjects(mesh);
  } finally {
    demo.kill("SIGINT");
  }
  assert.deepEqual(await ended, [0, null]);
  assert.match(shown, /2 of 2 connections as expected/);
  await assertGone(mesh, objects);
});
