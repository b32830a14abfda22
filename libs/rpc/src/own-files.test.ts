import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, chown, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { geteuid } from "node:process";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import { namesOwn, openOwnFolder, readOwn } from "./own-files.ts";

async function openFolder() {
  const root = await mkdtemp(join(tmpdir(), "wt-own-"));
  const folder = join(root, "own");
  await openOwnFolder(folder);
  await writeFile(join(folder, "file"), "mine", { mode: 0o600 });
  return { root, folder, [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
}

const foreign = (error: unknown) =>
  isWeftError(error, "FAILED_PRECONDITION") && /others can write/.test(error.message);

test("a folder and a file of this user's are read", async () => {
  await using own = await openFolder();
  await openOwnFolder(own.folder);
  assert.deepEqual(await namesOwn(own.folder), ["file"]);
  assert.equal(Buffer.from(await readOwn(own.folder, "file")).toString(), "mine");
});

test("what others may write is not believed, and the error says who may", async () => {
  await using own = await openFolder();
  for (const mode of [0o777, 0o720, 0o702, 0o1777]) {
    await chmod(own.folder, mode);
    await assert.rejects(openOwnFolder(own.folder), foreign);
    await assert.rejects(namesOwn(own.folder), foreign);
  }
  await chmod(own.folder, 0o755);
  for (const mode of [0o666, 0o620]) {
    await chmod(join(own.folder, "file"), mode);
    await assert.rejects(readOwn(own.folder, "file"), foreign);
  }
});

test("what belongs to somebody else is not believed", {
  skip: geteuid?.() === 0 ? false : "needs root, to give files away",
}, async () => {
  await using own = await openFolder();
  await chown(join(own.folder, "file"), 65_534, 65_534);
  await assert.rejects(readOwn(own.folder, "file"), foreign);
  await chown(own.folder, 65_534, 65_534);
  await assert.rejects(openOwnFolder(own.folder), foreign);
  await assert.rejects(namesOwn(own.folder), foreign);
});

test("a link or a pipe in place of a file is not followed", async () => {
  await using own = await openFolder();
  await symlink("file", join(own.folder, "link"));
  execFileSync("mkfifo", [join(own.folder, "pipe")]);
  await assert.rejects(readOwn(own.folder, "link"), { code: "ELOOP" });
  await assert.rejects(readOwn(own.folder, "pipe"), (error) => isWeftError(error, "FAILED_PRECONDITION"));
});
