import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { smallDisk } from "@weft/log/testing";
import { cachedCompile } from "./cache.ts";
import type { BuildInputs } from "./domain/digest.ts";

const skip = process.getuid?.() === 0 ? false : "mounts a tmpfs: needs root";

test("what was kept is used on a disk that became read-only", { skip }, async () => {
  using disk = smallDisk(1);
  let runs = 0;
  const compile = async () => {
    runs += 1;
    return { kind: "Object", bytes: Buffer.from("object"), durationUs: 1 } as const;
  };
  const nothing = new Map<string, string>();
  const files = { sources: nothing, generated: nothing, headers: nothing };
  const inputs: BuildInputs = { entry: "a", ...files, flags: [], compiler: "clang", program: [] };
  const onFault = (error: unknown) => assert.fail(String(error));
  const cached = cachedCompile(join(disk.path, "compiled"), { compile, onFault });
  await cached(inputs);
  execFileSync("mount", ["-o", "remount,ro", disk.path]);
  const again = await cached(inputs);
  assert.equal(again.kind === "Object" && String(Buffer.from(again.bytes)), "object");
  assert.equal(runs, 1);
});
