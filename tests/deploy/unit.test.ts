import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..", "..");
const skip = existsSync("/usr/bin/systemd-analyze") ? false : "needs systemd-analyze";

test("systemd finds nothing to say about the unit", { skip }, () => {
  const directory = mkdtempSync(join(tmpdir(), "weft-unit-"));
  try {
    // It looks for the program too, which is here and not in /opt/weft.
    const unit = readFileSync(join(root, "deploy/systemd/weft.service"), "utf8");
    const file = join(directory, "weft.service");
    writeFileSync(file, unit.replaceAll("/opt/weft", root));
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" });
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  } finally {
    rmSync(directory, { recursive: true });
  }
});
