import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { runWeft } from "./test/state.ts";

const main = join(import.meta.dirname, "main.ts");
const script = join(import.meta.dirname, "..", "..", "..", "weft");

/** `weft apply -f -` that has begun to read its input: more than a pipe holds was taken. */
async function reading(): Promise<ChildProcessWithoutNullStreams> {
  const child = spawn(process.execPath, [main, "apply", "-f", "-"], {
    env: { ...process.env, WEFT_DEBUG: "" },
  });
  child.stdin.on("error", () => {});
  await new Promise<void>((resolve) => child.stdin.write("#".repeat(2 ** 20), () => resolve()));
  return child;
}

for (const [signal, status] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  test(`${signal} ends a command that waits: it says so in one line, exit ${status}`, async () => {
    const child = await reading();
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += chunk;
    });
    child.kill(signal);
    assert.deepEqual(await once(child, "close"), [status, null]);
    assert.equal(said, `weft: ended by ${signal}\n`);
  });
}

test("WEFT_DEBUG=1 tells a failure with its stack, and nothing else does", async () => {
  for (const debug of ["1", "", "0", undefined]) {
    const env = { WEFT_DEBUG: debug, WEFT_STATE: "/nonexistent" };
    const { status, stderr: said } = await runWeft(["get", "hosts"], "", env);
    assert.equal(status, 1);
    assert.match(said, /^weft: no mesh is up at \/nonexistent \(expected .+\)$/m);
    assert.equal(/^ +at /m.test(said), debug === "1", said);
  }
});

test("compiled JavaScript is kept where NODE_COMPILE_CACHE says, else in the cache of who is not root", async () => {
  const folder = mkdtempSync(join(tmpdir(), "weft-cache-"));
  try {
    writeFileSync(join(folder, "id"), "#!/bin/sh\necho 1000\n", { mode: 0o755 });
    const { NODE_COMPILE_CACHE: _, ...variables } = process.env;
    const asPerson = {
      ...variables,
      PATH: `${folder}:${process.env.PATH}`,
      XDG_CACHE_HOME: join(folder, "xdg"),
    };
    const told = { ...variables, NODE_COMPILE_CACHE: join(folder, "told") };
    for (const env of [asPerson, told]) await promisify(execFile)(script, ["--help"], { env });
    assert.notEqual(readdirSync(join(folder, "xdg", "weft", "node")).length, 0);
    assert.notEqual(readdirSync(join(folder, "told")).length, 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Runs a line of shell in which $weft is the command; answers its exit status and its stderr. */
async function shell(line: string): Promise<{ status: number | null; said: string }> {
  const child = execFile("sh", ["-c", line], { env: { ...process.env, weft: script } });
  let said = "";
  child.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  const [status] = await once(child, "close");
  return { status, said };
}

for (const words of ["version", "--help", "get --help"]) {
  test(`${words}: a full standard output is told in one line, exit 1`, async () => {
    const { status, said } = await shell(`$weft ${words} > /dev/full`);
    assert.equal(said, "weft: standard output cannot be written: ENOSPC: no space left on device, write\n");
    assert.equal(status, 1);
  });

  test(`${words}: a closed standard output is told in one line before anything is done, exit 1`, async () => {
    const { status, said } = await shell(`$weft ${words} >&-`);
    assert.equal(said, "weft: standard output is closed; nothing was done\n");
    assert.equal(status, 1);
  });

  test(`${words}: a reader that has seen enough is no failure, and nothing is said`, async () => {
    // The reader has gone by the time anything is written.
    const { status, said } = await shell(`run() { $weft ${words}; echo $? >&2; }; run | exec 0<&-`);
    assert.deepEqual({ status, said }, { status: 0, said: "0\n" });
  });
}

test("messages that cannot be written change nothing", async () => {
  const { status } = await shell("$weft nope 2> /dev/full");
  assert.equal(status, 2);
});

test("results have one way out: no other file writes to standard output", () => {
  const files = globSync("**/*.ts", { cwd: import.meta.dirname }).filter(
    (file) => !file.endsWith(".test.ts"),
  );
  const writing = files.filter((file) =>
    /process\.stdout|console\.log/.test(readFileSync(join(import.meta.dirname, file), "utf8")),
  );
  assert.deepEqual(writing, ["main.ts"]);
});
