import assert from "node:assert/strict";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { nameVariable } from "../mesh/marks.ts";
import { meshPaths } from "../mesh/paths.ts";
import { runningProcesses } from "../mesh/processes.ts";
import { SupervisedChild } from "./child.ts";
import { Spares, spareModules } from "./spares.ts";
import { servicesFolder } from "./specs.ts";

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, `not in time: ${what}`);
    await sleep(10);
  }
}

test("what a spare has loaded is all that the services import", () => {
  for (const module of spareModules) assert.ok(existsSync(join(servicesFolder, module)), module);
  for (const main of globSync("*/src/main.ts", { cwd: servicesFolder })) {
    const imports = readFileSync(join(servicesFolder, main), "utf8").matchAll(/from "\.\/([^"]+)"/g);
    for (const [, path] of imports) {
      const module = main.replace("main.ts", `${path}`);
      assert.ok(spareModules.includes(module), `${main} imports ${module}`);
    }
  }
});

test("a program that is killed goes on in the spare: its environment, its log and its name", async () => {
  const directory = mkdtempSync(join(tmpdir(), "weft-spares-"));
  const main = join(directory, "main.mjs");
  const log = join(directory, "x.log");
  writeFileSync(
    main,
    "console.log(process.pid, process.env.WHAT, process.env.HOME); setInterval(() => {}, 1000);",
  );
  const state = join(directory, "state");
  const env = {
    PATH: process.env.PATH ?? "",
    WHAT: "is told",
    WEFT_MESH_PROCESS: state,
    [nameVariable]: "x",
  };
  const spares = new Spares(state, { PATH: process.env.PATH ?? "", HOME: "/spare" });
  const child = new SupervisedChild(
    { name: "x", command: process.execPath, args: [main], env, log },
    () => {},
    spares,
  );
  const lines = () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []);
  try {
    spares.prepare();
    await until("a spare is warm", () => spares.isWarm);
    assert.deepEqual(runningProcesses(meshPaths(state)), [], "it is nobody yet");
    child.start();
    await until("it runs", () => lines().length === 1 && lines()[0] !== "");
    const { pid = 0 } = child.record ?? {};
    assert.deepEqual(lines(), [`${pid} is told undefined`]);
    assert.deepEqual(
      runningProcesses(meshPaths(state)).map(({ name, pid }) => [name, pid]),
      [["x", pid]],
    );
    assert.ok(readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("weft x"), "it was the spare");
    process.kill(pid, "SIGKILL");
    await until("it is started again without a spare", () => lines().length === 2);
    assert.notEqual(child.record?.pid, pid);
  } finally {
    spares.stop();
    await child.stop(1000);
    rmSync(directory, { recursive: true });
  }
});
