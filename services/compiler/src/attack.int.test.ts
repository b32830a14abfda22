import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { readSources } from "@weft/datapath/sources";
import { compile, openToolchain } from "./clang.ts";

/** nobody, with whom services of the machine may share a user; and one of those that compilers are, as if one had survived. */
const others = [65_534, 1_900_000_000];

/** Another user of the machine who does all it can while objects are built. */
async function attack(uid: number, folders: readonly string[]) {
  const script = await readFile(new URL("../test/attacker.pl", import.meta.url), "utf8");
  const child: ChildProcess = spawn("perl", ["-e", script, `${uid}`, `${process.pid}`, ...folders], {
    cwd: "/",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout ?? assert.fail() });
  reader.on("line", (line) => lines.push(line));
  await once(reader, "line", { signal: AbortSignal.timeout(20_000) });
  return {
    seen: () => lines.filter((line) => line.startsWith("seen ")).length,
    did: () => lines.filter((line) => line.startsWith("did ")),
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** A temporary directory that anybody may write to, and a link to it. */
async function openFolder() {
  const folder = await mkdtemp(join(tmpdir(), "wt-attack-"));
  await mkdir(join(folder, "temporary"));
  for (const each of [folder, join(folder, "temporary")]) await chmod(each, 0o777);
  await symlink(join(folder, "temporary"), join(folder, "link"));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = join(folder, "link");
  return {
    folder,
    async [Symbol.asyncDispose]() {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
      await rm(folder, { recursive: true });
    },
  };
}

for (const uid of others) {
  test(`user ${uid} sees that objects are built, and can neither read nor change what goes in or comes out`, async () => {
    await using temporary = await openFolder();
    const sources = await readSources();
    const inputs = { entry: "uplink", sources, generated: new Map(), ...(await openToolchain(sources)) };
    const honest = await compile(inputs);
    assert.ok(honest.kind === "Object");
    await using attacker = await attack(uid, [join(temporary.folder, "temporary")]);
    // As many as it takes for the attacker to be there in time.
    for (let build = 0; build < 6 || attacker.seen() < 3; build += 1) {
      const object = await compile(inputs);
      assert.ok(object.kind === "Object", JSON.stringify(object));
      assert.deepEqual(object.bytes, honest.bytes);
    }
    assert.deepEqual(attacker.did(), []);
    assert.deepEqual(await readdir(join(temporary.folder, "temporary")), []);
  });
}
