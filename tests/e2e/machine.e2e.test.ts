import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { serverOfVersion } from "@weft/log/testing";
import type { EndpointView, ProgramView } from "@weft/model";
import { connect } from "@weft/rpc";
import { kernelObjects, meshState, stillInKernel } from "./machine.ts";
import { networkOf, openMachine } from "./network.ts";
import { eventually } from "./wait.ts";
import { type Mesh, openMesh, skip } from "./weft.ts";

// `weft up` changes the machine it runs on: here that is a network namespace with an uplink of its own.

interface Status {
  readonly head: number;
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
  readonly hosts: readonly { readonly host: string; readonly attach: string; readonly error: string }[];
}

for (const attach of ["tcx", "clsact"] as const) {
  test(`weft up makes a machine a host with ${attach}, and weft down makes it what it was`, {
    skip,
  }, async () => {
    using machine = openMachine();
    await using mesh = await openMesh(machine.enter);
    const before = networkOf(machine);
    assert.match(before, /ipv6\/conf\/up0\/accept_ra 1/);
    const up = await mesh.json<{ hosts: string[] }>(["up", "--host", "one", "--attach", attach]);
    assert.deepEqual(up.hosts, ["one"]);
    const during = networkOf(machine);
    assert.match(during, /ipv4\/ip_forward 1/);
    assert.match(during, /ipv6\/conf\/all\/forwarding 1/);
    assert.match(during, /ipv6\/conf\/up0\/accept_ra 2/, "router advertisements stay in force");
    assert.equal(/clsact/.test(during), attach === "clsact");
    const status = await mesh.json<Status>(["status", "-o", "json"]);
    assert.deepEqual(
      status.hosts.map((one) => [one.host, one.attach, one.error]),
      [["one", attach, ""]],
    );
    const hosts = await mesh.json<{ name: string; attach: string }[]>(["get", "hosts", "-o", "json"]);
    assert.deepEqual(
      hosts.map((one) => [one.name, one.attach]),
      [["one", attach]],
    );
    const made = await mesh.json<{ netns: string; ipv6: string }>(["lab", "run", "default/a"]);
    assert.match(machine.sh(`ping -6 -c1 -W5 ${made.ipv6}`), / 0% packet loss/);
    const programs = await mesh.json<ProgramView[]>(["get", "programs", "-o", "json"]);
    assert.deepEqual(programs.map(({ hook }) => hook).sort(), [
      "from_container",
      "from_uplink",
      "to_container",
    ]);
    const objects = await kernelObjects(mesh);
    assert.equal((await mesh.run(["down"])).status, 0);
    assert.equal(networkOf(machine), before);
    assert.ok(!existsSync(made.netns));
    assert.ok(existsSync(join(mesh.state, "data", "store")), "the log is kept");
    await eventually("nothing of the mesh is left", () =>
      meshState(mesh.state).length + stillInKernel(objects).length === 0 ? true : undefined,
    );
  });
}

/** Who sees to it that what is acknowledged is on disk: what nats.conf asks of the server, and which processes know its files. */
async function syncedBy(mesh: Mesh) {
  const data = join(mesh.state, "data");
  const { processes } = await mesh.json<Status>(["status", "-o", "json"]);
  const conf = await readFile(join(data, "nats.conf.asked"), "utf8");
  const told = `\0WEFT_NATS_STORE=${join(data, "store")}\0`;
  const writers = processes.filter(({ pid }) => readFileSync(`/proc/${pid}/environ`, "utf8").includes(told));
  return { server: conf.includes("sync_interval: always"), writers: writers.map(({ name }) => name).sort() };
}

test("a container that somebody else runs loses its network with weft down, and the log says so; --sync reaches server and writers", {
  skip,
}, async () => {
  using machine = openMachine();
  // Of a version that has the setting.
  const programs = await mkdtemp(join(tmpdir(), "weft-newer-"));
  const newer = `WEFT_NATS_SERVER=${serverOfVersion("2.10.25", programs)}`;
  await using mesh = await openMesh([...machine.enter, "env", newer]);
  const before = networkOf(machine);
  const netns = `wt-${process.pid}-c`;
  machine.sh(`ip netns add ${netns}`);
  try {
    await mesh.json(["up", "--host", "one"]);
    const writers = ["compiler", "identity", "ipam", "lb", "loader-one"];
    assert.deepEqual(await syncedBy(mesh), { server: true, writers });
    {
      using loader = connect("Loader", join(mesh.state, "sockets", "loader-one.sock"), { actor: "test" });
      const path = `/run/netns/${netns}`;
      await loader.attach({ namespace: "other", name: "b", netns: path, interface: "eth0" });
    }
    const endpoints = await mesh.json<EndpointView[]>(["get", "endpoints", "-o", "json"]);
    assert.deepEqual(
      endpoints.map(({ name }) => name),
      ["b"],
    );
    assert.equal((await mesh.run(["down"])).status, 0);
    assert.equal(networkOf(machine), before);
    await mesh.json(["up", "--host", "one", "--sync", "interval"]);
    assert.deepEqual(await syncedBy(mesh), { server: false, writers: [] });
    assert.deepEqual(await mesh.json(["get", "endpoints", "-o", "json"]), []);
    const said = await mesh.run(["log", "-o", "json"]);
    assert.match(said.stdout, /"type":"EndpointDetached"/);
  } finally {
    await rm(programs, { recursive: true });
    machine.sh(`ip netns delete ${netns}`);
  }
});

test("after the supervisor was killed, weft down still makes the machine what it was", { skip }, async () => {
  using machine = openMachine();
  await using mesh = await openMesh(machine.enter);
  const before = networkOf(machine);
  await mesh.json(["up", "--host", "one", "--attach", "clsact"]);
  await mesh.json(["lab", "run", "default/a"]);
  const { processes } = await mesh.json<{ processes: { name: string; pid: number }[] }>([
    "status",
    "-o",
    "json",
  ]);
  for (const { pid } of processes) process.kill(pid, "SIGKILL");
  assert.equal((await mesh.run(["down"])).status, 0);
  assert.equal(networkOf(machine), before);
});

test("weft up --nats goes on with the log of a nats-server that somebody else runs", { skip }, async () => {
  using machine = openMachine();
  await using mesh = await openMesh(machine.enter);
  await mesh.json(["up", "--host", "one"]);
  const { head } = await mesh.json<Status>(["status", "-o", "json"]);
  const notes = await readFile(join(mesh.state, "processes.json"), "utf8");
  const { natsUrl } = JSON.parse(notes) as { natsUrl: string };
  await mesh.run(["down"]);
  const data = join(mesh.state, "data");
  const [command = "", ...words] = [...machine.enter, "nats-server", "-c", join(data, "nats.conf")];
  const server = spawn(command, words, { stdio: "ignore" });
  const ended = once(server, "exit");
  try {
    const { port } = new URL(natsUrl);
    await eventually("the server listens", () =>
      machine.sh("ss -Hltn").includes(`127.0.0.1:${port} `) ? true : undefined,
    );
    await mesh.json(["up", "--host", "one", "--nats", natsUrl, "--data", data]);
    const status = await mesh.json<Status>(["status", "--wait", "-o", "json"]);
    assert.ok(status.head >= head, "the same log");
    const made = await mesh.json<{ revision: number }>(["lab", "run", "default/a"]);
    assert.ok(made.revision > head);
    assert.equal((await mesh.run(["down"])).status, 0);
    assert.equal(server.exitCode, null, "a server that is not ours goes on");
  } finally {
    server.kill();
    await ended;
  }
});
