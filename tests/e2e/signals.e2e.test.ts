import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { casesFile } from "./conformance.ts";
import { eventually } from "./wait.ts";
import { type Mesh, openMesh, root, skip } from "./weft.ts";

const pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c}]}}";
let mesh: Mesh;

before(async () => {
  if (skip !== false) return;
  mesh = await openMesh();
  await mesh.json(["lab", "up", "-f", "-", "--hosts", "1"], pod);
});
after(async () => {
  if (skip === false) await mesh[Symbol.asyncDispose]();
});

/** Starts `weft` without a terminal, and waits until it has printed or said something. */
async function started(words: readonly string[], input: string, of: Mesh) {
  const child = spawn(join(root, "weft"), words, { env: { ...process.env, WEFT_STATE: of.state } });
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  const heard = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    heard.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    heard.err += chunk;
  });
  child.stdin.end(input);
  const any = () => (heard.out + heard.err).includes("\n") || undefined;
  await eventually(`${words.join(" ")} runs`, any, 60_000);
  return { child, closed, heard };
}

function runsStill(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

for (const [signal, status] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
  ["SIGQUIT", 131],
] as const) {
  test(`${signal} of lab exec reaches its command, which ends: exit ${status}`, { skip }, async () => {
    // No core file of the command, wherever the tests run.
    const shell = `ulimit -c 0; echo $$; exec sleep ${6e8 + process.pid}`;
    const { child, closed, heard } = await started(
      ["lab", "exec", "default/a", "--", "sh", "-c", shell],
      "",
      mesh,
    );
    const command = Number(heard.out);
    assert.ok(runsStill(command));
    child.kill(signal);
    assert.deepEqual(await closed, [status, null], heard.err);
    assert.ok(!runsStill(command));
  });
}

test("a command of lab exec that minds SIGTERM ends as it will, and its exit status counts", {
  skip,
}, async () => {
  const shell = 'trap "echo minded; exit 7" TERM; echo ready; while :; do sleep 0.1; done';
  const { child, closed, heard } = await started(
    ["lab", "exec", "default/a", "--", "sh", "-c", shell],
    "",
    mesh,
  );
  child.kill("SIGTERM");
  assert.deepEqual(await closed, [7, null]);
  assert.equal(heard.out, "ready\nminded\n");
});

test("Ctrl-C while a lab comes up says so in one line without a stack, takes it down, exit 130", {
  skip,
}, async () => {
  await using other = await openMesh();
  const { child, closed, heard } = await started(["lab", "up", "-f", "-", "--hosts", "2"], pod, other);
  child.kill("SIGINT");
  assert.deepEqual(await closed, [130, null], heard.err);
  assert.match(heard.err, /^weft: ended by SIGINT$/m);
  assert.doesNotMatch(heard.err, /^ +at /m);
  assert.deepEqual(JSON.parse((await other.run(["down"])).stdout).found, false);
});

test("Ctrl-C in the middle of a conformance run takes its mesh down, exit 130", { skip }, async () => {
  await using other = await openMesh();
  const words = ["conformance", "run", casesFile, "--state", other.state];
  const { child, closed, heard } = await started(words, "", other);
  await eventually("the first case is done", () => / s {2}case 1 /.test(heard.err) || undefined, 60_000);
  child.kill("SIGINT");
  assert.deepEqual(await closed, [130, null], heard.err);
  assert.match(heard.err, /everything is taken down\nweft: ended by SIGINT\n$/);
  assert.equal(heard.out, "");
  assert.deepEqual(JSON.parse((await other.run(["down"])).stdout).found, false);
});

test("a demo whose reader has seen enough takes its lab down and says nothing of it, exit 0", {
  skip,
}, async () => {
  await using other = await openMesh();
  const words = ["lab", "demo", "--hosts", "1", "-f", "-"];
  const { child, closed, heard } = await started(words, pod, other);
  child.stdout.destroy();
  assert.deepEqual(await closed, [0, null], heard.err);
  assert.match(heard.err, /everything is taken down\n$/);
  assert.deepEqual(JSON.parse((await other.run(["down"])).stdout).found, false);
});
