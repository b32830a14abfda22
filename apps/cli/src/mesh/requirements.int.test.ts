import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { smallDisk } from "@weft/log/testing";
import { toWeftError } from "@weft/netaddr";
import { formatError } from "../output.ts";
import type { MeshConfig } from "./config.ts";
import { type MeshPaths, meshPaths } from "./paths.ts";
import { checkRequirements } from "./requirements.ts";

const skip = process.getuid?.() === 0 ? false : "mounts file systems: needs root";

function configOf(paths: MeshPaths, more: Partial<MeshConfig> = {}): MeshConfig {
  return {
    version: 1,
    id: "0",
    mesh: "m",
    kind: "machine",
    hosts: [{ name: "h1", netns: "", uplink: "up0", underlay: "10.0.0.1" }],
    pool: { ipv6: "fd00::/48", ipv4: "10.77.0.0/16", chosen: false },
    options: {},
    attach: "auto",
    ipv4: false,
    natsUrl: "",
    data: join(paths.state, "data"),
    cache: join(paths.state, "cache"),
    ...more,
  };
}

/** What a person reads when a mesh cannot start there; "" when it can. */
async function saidOf(state: string, more: Partial<MeshConfig> = {}): Promise<string> {
  const paths = meshPaths(state);
  try {
    await checkRequirements(paths, configOf(paths, more));
    return "";
  } catch (thrown) {
    return formatError(toWeftError(thrown));
  }
}

function place() {
  const path = mkdtempSync(join(tmpdir(), "weft-req-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

test("a mesh may start in a directory that is not there yet, and nothing is left beside it", {
  skip,
}, async () => {
  using here = place();
  assert.equal(await saidOf(join(here.path, "state")), "");
  assert.deepEqual(readdirSync(join(here.path, "state")), ["data"]);
});

test("a disk without room is told in one line, with what is needed and what there is", { skip }, async () => {
  using disk = smallDisk(16);
  const state = join(disk.path, "state");
  assert.equal(await saidOf(state), `no space: ${state}/data has 16 MiB free (expected 32 MiB at least)`);
  using here = place();
  const cache = join(disk.path, "cache");
  assert.equal(
    await saidOf(join(here.path, "state"), { cache }),
    `no space: ${cache} has 16 MiB free (expected 32 MiB at least)`,
  );
});

test("a state directory that cannot be written is called so, and not a mesh that is already up", {
  skip,
}, async () => {
  using disk = smallDisk(64);
  mkdirSync(join(disk.path, "state"));
  execFileSync("mount", ["-o", "remount,ro", disk.path]);
  for (const state of [join(disk.path, "state"), join(disk.path, "new")]) {
    assert.equal(await saidOf(state), `cannot write ${state}: the file system is read-only`);
  }
});

test("a path that is a file, or goes through one, is called so", { skip }, async () => {
  using here = place();
  const file = join(here.path, "file");
  writeFileSync(file, "");
  assert.equal(await saidOf(file), `--state: ${file} is a file (expected a directory)`);
  assert.equal(
    await saidOf(join(file, "state")),
    `--state: ${file}/state: a part of the path is a file (expected a directory)`,
  );
  symlinkSync(join(here.path, "nowhere"), join(here.path, "link"));
  assert.equal(
    await saidOf(join(here.path, "state"), { data: join(here.path, "link") }),
    `--data: ${here.path}/link is a link to ${here.path}/nowhere, which does not exist (expected a directory)`,
  );
  assert.equal(
    await saidOf(join(here.path, "state"), { data: file }),
    `--data: ${file} is a file (expected a directory)`,
  );
});

test("a path that is too long for sockets is told before anything is made", { skip }, async () => {
  using here = place();
  const state = join(here.path, "x".repeat(100));
  const said = await saidOf(state);
  assert.match(said, /^--state: the path is \d+ bytes too long: .* \(expected a shorter path\)$/);
  assert.deepEqual(readdirSync(here.path), []);
});

test("a machine without the memory is told how much is needed", { skip }, async () => {
  using here = place();
  const [host] = configOf(meshPaths(here.path)).hosts;
  assert.ok(host);
  const hosts = Array.from({ length: 10_000 }, () => host);
  assert.match(
    await saidOf(join(here.path, "state"), { hosts }),
    /^no memory: \d+ MiB are available \(expected \d+ MiB at least for 10000 hosts\)$/,
  );
});
