import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import { connectLog } from "./connect.ts";
import { addHost, runningServer, serverPaths, startServer, stopServer } from "./server.ts";
import { startNats } from "./start-nats.ts";
import { appendAll, collect } from "./testing-events.ts";
import { serverOfVersion } from "./testing-server.ts";

test("a host added at run time can connect, and nobody else notices", async () => {
  await using nats = await startNats({ hosts: [] });
  const log = await nats.connect("admin");
  let disturbed = false;
  const watching = (async () => {
    for await (const status of log.nats.status()) if (status.type === "disconnect") disturbed = true;
  })();
  const server = await startServer({ directory: nats.directory });
  assert.equal(server.pid, nats.pid);
  await server.addHost("new.host");
  const loader = await nats.connect("loader-new.host");
  await loader.append({
    subject: "weft.log.host.new%2Ehost",
    event: { type: "HostLeft", data: { host: "new.host" } },
    expected: 0,
    actor: "test",
    cause: "test",
  });
  assert.equal(await log.head(), 1);
  await addHost(nats.directory, "another");
  await nats.connect("loader-another");
  assert.equal(disturbed, false);
  await log.close();
  await watching;
});

test("seeds, configuration and store are the owner's alone, and the server listens on loopback only", async () => {
  await using nats = await startNats();
  const paths = serverPaths(nats.directory);
  for (const file of readdirSync(paths.seeds))
    assert.equal(statSync(join(paths.seeds, file)).mode & 0o777, 0o600);
  assert.equal(statSync(paths.seeds).mode & 0o777, 0o700);
  assert.equal(statSync(paths.config).mode & 0o777, 0o600);
  assert.match(readFileSync(paths.config, "utf8"), /^host: 127\.0\.0\.1$/m);
  assert.ok(!readFileSync(paths.config, "utf8").includes(nats.seed("admin")));
});

test("stopping and starting keeps port, users and log; starting twice joins the one that runs", async () => {
  const directory = mkdtempSync(join(tmpdir(), "weft-server-"));
  try {
    await using first = await startServer({ directory, hosts: ["a"], detached: true });
    const seed = first.seed("admin");
    {
      await using log = await connectLog({ url: first.url, seed, name: "test" });
      await appendAll(log, 3);
    }
    await using joined = await startServer({ directory });
    assert.equal(joined.pid, first.pid);
    await stopServer(directory);
    assert.equal(runningServer(directory), undefined);
    await using second = await startServer({ directory });
    assert.deepEqual([second.url, second.seed("admin")], [first.url, seed]);
    assert.notEqual(second.seed("loader-a"), "");
    await using log = await connectLog({ url: second.url, seed, name: "test" });
    assert.equal((await collect(log.read())).length, 3);
  } finally {
    await stopServer(directory);
    rmSync(directory, { recursive: true });
  }
});

test("when somebody else has taken the port of the last start, another one serves the same log", async () => {
  const directory = mkdtempSync(join(tmpdir(), "weft-server-"));
  const squatter = createServer();
  try {
    const first = await startServer({ directory });
    await using before = await connectLog({ url: first.url, seed: first.seed("admin"), name: "test" });
    await appendAll(before, 2);
    await before.close();
    await first.stop();
    squatter.listen(Number(new URL(first.url).port), "127.0.0.1");
    await once(squatter, "listening");
    await using second = await startServer({ directory });
    assert.notEqual(second.url, first.url);
    await using log = await connectLog({ url: second.url, seed: second.seed("admin"), name: "test" });
    assert.equal((await collect(log.read())).length, 2);
  } finally {
    squatter.close();
    await stopServer(directory);
    rmSync(directory, { recursive: true });
  }
});

test("the server's own log is bounded: a start begins another and keeps one older", async () => {
  const directory = mkdtempSync(join(tmpdir(), "weft-server-"));
  try {
    const { log } = serverPaths(directory);
    writeFileSync(log, "x".repeat(2 ** 20 + 1));
    writeFileSync(`${log}.2024.01.31.10.00.00.000000000`, "turned by the server");
    await using _ = await startServer({ directory });
    assert.ok(statSync(log).size < 2 ** 20);
    assert.deepEqual(
      readdirSync(directory)
        .filter((name) => name.startsWith("nats.log"))
        .sort(),
      ["nats.log", "nats.log.1"],
    );
  } finally {
    await stopServer(directory);
    rmSync(directory, { recursive: true });
  }
});

test("sync is the server's setting where it has one, and its store is told for writers where they have to see to it", async () => {
  const directory = mkdtempSync(join(tmpdir(), "weft-server-"));
  const { config, store } = serverPaths(directory);
  try {
    for (const [version, sync, setting, told] of [
      ["2.10.25", "always", true, store],
      ["2.9.10", "always", false, store],
      ["2.10.25", "interval", false, undefined],
      ["2.10.25", undefined, false, undefined],
    ] as const) {
      const program = serverOfVersion(version, directory);
      await using server = await startServer({ directory, program, ...(sync === undefined ? {} : { sync }) });
      assert.equal(
        /^jetstream \{.*, sync_interval: always \}$/m.test(readFileSync(`${config}.asked`, "utf8")),
        setting,
      );
      assert.equal(server.store, told);
    }
  } finally {
    await stopServer(directory);
    rmSync(directory, { recursive: true });
  }
});

test("WEFT_NATS_SERVER names the program that is started", async () => {
  const directory = mkdtempSync(join(tmpdir(), "weft-server-"));
  const before = process.env.WEFT_NATS_SERVER;
  try {
    process.env.WEFT_NATS_SERVER = "/nonexistent/newer-nats-server";
    await assert.rejects(startServer({ directory }), /newer-nats-server ENOENT/);
  } finally {
    delete process.env.WEFT_NATS_SERVER;
    if (before !== undefined) process.env.WEFT_NATS_SERVER = before;
    rmSync(directory, { recursive: true });
  }
});

test("a server that cannot start says why, and a stranger's process id is left alone", async () => {
  const directory = mkdtempSync(join(tmpdir(), "weft-server-"));
  try {
    const missing = startServer({ directory, program: "/nonexistent/nats-server" });
    await assert.rejects(
      missing,
      (error) => isWeftError(error, "UNAVAILABLE") && /ENOENT/.test(error.message),
    );
    const failing = startServer({ directory, program: "false" });
    await assert.rejects(
      failing,
      (error) => isWeftError(error, "UNAVAILABLE") && /ended with/.test(error.message),
    );
    writeFileSync(serverPaths(directory).pid, String(process.pid));
    assert.equal(runningServer(directory), undefined);
    await stopServer(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("traces are kept for whoever asks, and the publisher never waits", async () => {
  await using nats = await startNats();
  const [writer, reader] = [await nats.connect("identity"), await nats.connect("cli")];
  for (const text of ["one", "two"]) writer.publishTrace("abc", new TextEncoder().encode(text));
  writer.publishTrace("other", Uint8Array.of(1));
  await writer.nats.flush();
  const spans = await reader.readTrace("abc");
  assert.deepEqual(
    spans.map((bytes) => new TextDecoder().decode(bytes)),
    ["one", "two"],
  );
  assert.deepEqual(await reader.readTrace("none"), []);
});
