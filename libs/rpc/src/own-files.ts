// Folders whose files only this process' user can have written: what is in them is believed.
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { geteuid } from "node:process";
import { WeftError } from "@weft/netaddr";

const writableByOthers = 0o022;

/** Makes a folder if it is missing. Throws FAILED_PRECONDITION if others could write to it. */
export async function openOwnFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await using handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  await checkOwn(folder, handle);
}

/** Names in a folder. Throws FAILED_PRECONDITION if others could have put something there. */
export async function namesOwn(folder: string): Promise<string[]> {
  await using handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  await checkOwn(folder, handle);
  return await readdir(folder);
}

/** A file of a folder. Throws FAILED_PRECONDITION if others could have written it, or if it is none (a link, a pipe). */
export async function readOwn(folder: string, name: string): Promise<Uint8Array> {
  const path = join(folder, name);
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  await using file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!(await file.stat()).isFile()) throw new WeftError("FAILED_PRECONDITION", `${path} is no file`);
  await checkOwn(path, file);
  return await file.readFile();
}

async function checkOwn(path: string, handle: FileHandle): Promise<void> {
  const { uid, mode } = await handle.stat();
  const own = geteuid?.() ?? uid;
  if (uid === own && (mode & writableByOthers) === 0) return;
  const permissions = (mode & 0o7777).toString(8).padStart(4, "0");
  throw new WeftError(
    "FAILED_PRECONDITION",
    `others can write to ${path}: user ${uid}, mode ${permissions}`,
    {
      expected: `user ${own}, and no right to write for its group or others`,
    },
  );
}
