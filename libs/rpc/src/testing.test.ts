import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { temporary } from "./test-server.ts";
import { crashAtRandom, startService } from "./testing.ts";

test("a service that never says that it is ready is ended, and the error says so", async () => {
  using directory = temporary();
  const main = join(directory.path, "main.mjs");
  writeFileSync(main, 'console.error("still looking"); setInterval(() => undefined, 1000);');
  const options = { name: "mute", natsUrl: "", seedFile: "", readyMs: 1500 };
  const starting = startService({ ...options, main: pathToFileURL(main) });
  await assert.rejects(starting, /^Error: not ready after 1500 ms/);
});

test("crashing at random gives up when no answers come", async () => {
  const options = { times: 1, pick: () => 0, answers: () => 3, patienceMs: 10 };
  await assert.rejects(crashAtRandom([], options), /^Error: 3 answers, not 103, after 10 ms$/);
});
