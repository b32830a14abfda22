import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { smallDisk } from "@weft/log/testing";
import { isWeftError } from "@weft/netaddr";
import { listContainers, reserveContainer } from "./containers/record.ts";
import { createFile, replaceFile } from "./files.ts";

const skip = process.getuid?.() === 0 ? false : "mounts a tmpfs: needs root";

test("a file that does not fit on a full disk leaves the old one whole and nothing beside it", {
  skip,
}, async () => {
  using disk = smallDisk(1);
  const path = join(disk.path, "file");
  await replaceFile(path, "old");
  disk.fill();
  const failed = (error: unknown) =>
    isWeftError(error, "RESOURCE_EXHAUSTED") && error.message === `cannot write ${path}: no space is left`;
  await assert.rejects(replaceFile(path, "new"), failed);
  assert.equal(readFileSync(path, "utf8"), "old");
  await assert.rejects(createFile(join(disk.path, "other"), "text"));
  assert.deepEqual(readdirSync(disk.path).sort(), ["ballast", "file"]);
  disk.free();
  await replaceFile(path, "new");
  assert.equal(readFileSync(path, "utf8"), "new");
});

test("a name that could not be reserved on a full disk is free when there is room again", {
  skip,
}, async () => {
  using disk = smallDisk(1);
  const directory = join(disk.path, "containers");
  await reserveContainer(directory, "n", "a");
  disk.fill();
  await assert.rejects(reserveContainer(directory, "n", "b"), /no space is left/);
  disk.free();
  await reserveContainer(directory, "n", "b");
  assert.deepEqual(await listContainers(directory), []);
});
