import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { startNats } from "@weft/log/testing";
import { connect } from "@weft/rpc";
import { startService, untilHealth } from "@weft/rpc/testing";

test("the process says when it is ready, answers on its socket, and ends well on SIGTERM", async () => {
  await using nats = await startNats();
  const state = await mkdtemp(join(tmpdir(), "wt-compiler-main-"));
  await mkdir(join(state, "sockets"));
  const seedFile = join(state, "seed");
  await writeFile(seedFile, nats.seed("compiler"));
  const env = { ...process.env, WEFT_STATE: state, WEFT_NATS_URL: nats.url, WEFT_NATS_SEED_FILE: seedFile };
  const main = new URL("main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "ignore", "pipe"] });
  try {
    const signal = AbortSignal.timeout(30_000);
    const [line] = await once(createInterface({ input: child.stderr }), "line", { signal });
    assert.equal(JSON.parse(String(line)).msg, "ready");
    using client = connect("Compiler", join(state, "sockets", "compiler.sock"), { deadlineMs: 30_000 });
    const { revision, diagnostics } = await client.build({ entry: "uplink" });
    assert.deepEqual([revision, diagnostics], [1, []]);
    const ended = once(child, "exit", { signal });
    child.kill("SIGTERM");
    assert.deepEqual(await ended, [0, null]);
  } finally {
    child.kill("SIGKILL");
    await rm(state, { recursive: true, force: true });
  }
});

test("health says when the compiler has no log to write to, and when it has again", async () => {
  await using nats = await startNats();
  await using compiler = await startService({
    main: new URL("main.ts", import.meta.url),
    name: "compiler",
    natsUrl: nats.url,
    seedFile: `${nats.directory}/seeds/compiler.seed`,
  });
  await untilHealth("SERVING", compiler.socket);
  await nats.kill();
  await untilHealth("NOT_SERVING", compiler.socket);
  await nats.restart();
  await untilHealth("SERVING", compiler.socket);
});
