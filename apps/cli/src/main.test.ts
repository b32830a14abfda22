import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";

const main = join(import.meta.dirname, "main.ts");

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
