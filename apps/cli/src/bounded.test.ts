import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readBounded } from "./bounded.ts";
import { weft } from "./test/weft.ts";

const endless = ["apply", "delete", "lab up", "conformance run"] as const;

for (const name of endless) {
  test(`weft ${name} of a file that does not end is refused by its name, exit 2`, async () => {
    const given = name === "conformance run" ? ["/dev/zero"] : ["-f", "/dev/zero"];
    const { status, said, printed } = await weft([...name.split(" "), ...given]);
    assert.deepEqual([status, printed], [2, ""], said);
    assert.match(said, /\/dev\/zero is too large, or does not end/);
  });
}

test("a named pipe is waited for until somebody writes, read to its end, and given up when told to", async () => {
  const folder = mkdtempSync(join(tmpdir(), "weft-pipe-"));
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  try {
    const stop = new AbortController();
    const waiting = readBounded(pipe, stop.signal);
    setTimeout(() => stop.abort(), 20);
    await assert.rejects(waiting, { name: "AbortError" });
    const reading = readBounded(pipe, new AbortController().signal);
    spawn("sh", ["-c", `printf text >"$0"`, pipe]);
    assert.equal(Buffer.from(await reading).toString(), "text");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
