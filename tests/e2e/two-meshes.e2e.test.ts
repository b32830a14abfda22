import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { networkOf, openMachine } from "./network.ts";
import { type Mesh, openMesh, skip } from "./weft.ts";

// A host belongs to one mesh: a second one would take its devices for left over, and both would undo each other for ever.

interface Status {
  readonly processes: readonly { readonly pid: number }[];
}

async function assertRefused(second: Mesh, first: Mesh): Promise<void> {
  const { status, stderr } = await second.run(["up", "--host", "two"]);
  assert.equal(status, 1);
  assert.match(stderr, /this host belongs to mesh \S+ of /);
  assert.ok(stderr.includes(`weft down --state ${first.state}`), stderr);
  assert.ok(!existsSync(join(second.state, "mesh.json")));
}

test("a second mesh in a network namespace is refused before it changes anything, until the first is down", {
  skip,
}, async () => {
  using machine = openMachine();
  await using first = await openMesh(machine.enter);
  await using second = await openMesh(machine.enter);
  const empty = networkOf(machine);
  await first.json(["up", "--host", "one"]);
  const made = await first.json<{ ipv6: string }>(["lab", "run", "default/a"]);
  const during = networkOf(machine);
  const unchanged = () => assert.equal(networkOf(machine), during);

  await assertRefused(second, first);
  assert.equal((await second.run(["down"])).status, 0, "nothing was up there");
  unchanged();
  const again = await first.run(["up", "--host", "one"]);
  assert.equal(again.status, 1);
  assert.match(again.stderr, /already up/);
  unchanged();

  const { processes } = await first.json<Status>(["status", "-o", "json"]);
  for (const { pid } of processes) process.kill(pid, "SIGKILL");
  await assertRefused(second, first);
  unchanged();
  assert.match(machine.sh(`ping -6 -c1 -W5 ${made.ipv6}`), / 0% packet loss/);

  assert.equal((await first.run(["down"])).status, 0);
  assert.equal(networkOf(machine), empty);
  await second.json(["up", "--host", "two"]);
  await assertRefused(first, second);
  assert.equal((await second.run(["down"])).status, 0);
  assert.equal(networkOf(machine), empty);
});

test("a mesh is not gone because its state directory is not seen: a container with other file systems is refused", {
  skip,
}, async () => {
  using machine = openMachine();
  await using first = await openMesh(machine.enter);
  const hide = 'mount -t tmpfs none "$0" && exec "$@"';
  await using elsewhere = await openMesh([
    ...[...machine.enter, "unshare", "--mount", "sh", "-c", hide, first.state],
  ]);
  const refused = async (...words: readonly string[]) => {
    const { status, stderr } = await elsewhere.run(["up", "--host", "two", ...words]);
    assert.equal(status, 1);
    assert.match(stderr, /this host belongs to mesh \S+ of /);
  };
  await first.json(["up", "--host", "one"]);
  const during = networkOf(machine);
  await refused();
  await refused("--state", first.state);
  assert.equal(networkOf(machine), during);
  await first.json(["lab", "run", "default/a"]);
  const { processes } = await first.json<Status>(["status", "-o", "json"]);
  for (const { pid } of processes) process.kill(pid, "SIGKILL");
  const left = networkOf(machine);
  await refused();
  await refused("--state", first.state);
  assert.equal(networkOf(machine), left, "a container lives without any process of its mesh");
  assert.equal((await first.run(["down"])).status, 0);
});

test("the mark of a mesh that is gone keeps nobody out, and weft down works from another namespace", {
  skip,
}, async () => {
  using machine = openMachine();
  await using gone = await openMesh(machine.enter);
  await using next = await openMesh(machine.enter);
  await using outside = await openMesh();
  const empty = networkOf(machine);
  await gone.json(["up", "--host", "one"]);
  const { processes } = await gone.json<Status>(["status", "-o", "json"]);
  for (const { pid } of processes) process.kill(pid, "SIGKILL");
  await rm(join(gone.state, "mesh.json"));
  await next.json(["up", "--host", "two"]);
  assert.equal((await gone.run(["down"])).status, 0);
  assert.match(
    machine.sh("cat /proc/sys/net/ipv4/ip_forward"),
    /1/,
    "what the next one needs is not put back",
  );
  const status = await next.run(["status", "-o", "json"]);
  assert.equal(status.status, 0, status.stdout);
  assert.equal((await outside.run(["down", "--state", next.state])).status, 0);
  assert.equal(networkOf(machine), empty, "what the machine was before both");
  assert.ok(!machine.sh("ip -d link show lo").includes("alias"));
});
