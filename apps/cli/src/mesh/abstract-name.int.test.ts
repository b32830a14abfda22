import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { holderOf, holdName, isHeld } from "./abstract-name.ts";

test("a name that a process holds is refused to others, who learn which one it is, until it ends", async () => {
  const name = `weft-test-${process.pid}`;
  assert.equal(isHeld(name), false);
  const script = 'require("net").createServer().listen("\\0" + process.argv[1], () => console.log("held"))';
  const other = spawn(process.execPath, ["-e", script, name], { stdio: ["ignore", "pipe", "inherit"] });
  await once(other.stdout, "data");
  assert.equal(await holdName(name, 0), undefined);
  assert.equal(isHeld(name), true);
  assert.equal(holderOf(name), `${process.execPath} (process ${other.pid})`);
  other.kill("SIGKILL");
  const held = await holdName(name, 10_000);
  assert.ok(held !== undefined, "who waits gets it");
  assert.match(holderOf(name), new RegExp(`process ${process.pid}\\)`));
  await held[Symbol.asyncDispose]();
  assert.equal(isHeld(name), false);
});
