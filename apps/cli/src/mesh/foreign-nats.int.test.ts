import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startNats, type TestNats } from "@weft/log/testing";
import { startBlackHole } from "@weft/telemetry/testing";
import { runWeft } from "../test/state.ts";

const limit = { timeout: 120_000 };
let nats: TestNats;
let scratch: string;
before(async () => {
  nats = await startNats({ hosts: ["h1"] });
  scratch = mkdtempSync(join(tmpdir(), "weft-up-"));
});
after(async () => {
  await nats[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
});

/** `weft up` with a nats-server that is not ours; it must start nothing. */
async function refused(url: string, data = nats.directory, host = "h1"): Promise<string> {
  const state = join(scratch, "state");
  const words = ["up", "--nats", url, "--data", data, "--host", host, "--uplink", "lo", "--state", state];
  const { status, stderr, stdout } = await runWeft(words, "", {});
  assert.equal(status, 1, stderr);
  assert.equal(stdout, "");
  assert.equal(existsSync(join(state, "mesh.json")), false, "a mesh is configured");
  assert.equal(existsSync(join(state, "logs")), false, "something was started");
  return stderr;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

test("up --nats where nobody listens says so and starts nothing", limit, async () => {
  const said = await refused(`nats://127.0.0.1:${await freePort()}`);
  assert.match(said, /--nats: the nats-server at nats:\/\/127\.0\.0\.1:\d+: connecting/);
});

test("up --nats to a server that never answers ends, and names it", limit, async () => {
  await using hole = await startBlackHole();
  assert.match(await refused(`nats://127.0.0.1:${hole.port}`), /--nats: the nats-server at .*:\d+/);
});

test("up --nats to a server without our users says which it does not know", limit, async () => {
  await using other = await startNats({ hosts: ["h1"] });
  const said = await refused(other.url);
  assert.match(said, /--nats: the server at .* does not know our user \S+ \(expected .*nats\.conf/);
});

test("up --nats to a server without our streams says so", limit, async () => {
  const data = join(scratch, "data");
  cpSync(join(nats.directory, "seeds"), join(data, "seeds"), { recursive: true });
  const port = await freePort();
  const program = process.env.WEFT_NATS_SERVER ?? "nats-server";
  const server = spawn(program, ["-a", "127.0.0.1", "-p", `${port}`, "-js", "-sd", join(scratch, "store")]);
  try {
    assert.match(await refused(`nats://127.0.0.1:${port}`, data), /--nats: .*(no stream|does not know)/);
  } finally {
    server.kill("SIGKILL");
    await once(server, "exit");
  }
});

test("up --nats with another host's name, or without seeds, names what is missing", limit, async () => {
  assert.match(await refused(nats.url, nats.directory, "h9"), /--data: there is no seed of user loader-h9/);
  assert.match(await refused(nats.url, scratch), /--data: there is no seed of user \S+ in/);
});
