// Small files that are there whole or not at all, also on a disk that is full or cannot be written.
import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { cannotRead, cannotWrite, errnoOf, WeftError } from "@weft/netaddr";
import type { ZodType } from "zod";

/** The text of a file; undefined where there is none. Any other failure says why it cannot be read. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw cannotRead(path, error);
  }
}

/** What one of these files notes; undefined where there is none, FAILED_PRECONDITION when it is not what Weft writes there. */
export async function readNote<T>(path: string, schema: ZodType<T>): Promise<T | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const message = `${path} is damaged: it does not hold what Weft notes there`;
    throw new WeftError("FAILED_PRECONDITION", message, { cause, expected: "weft down, which removes it" });
  }
}

/** Writes a file so that a reader sees the old text or the new one, never a part. Mode 0600. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await withDraft(path, text, (draft) => rename(draft, path));
}

/** Makes a file whole; false when there is one at the path already. Of many that try at once, one gets true. */
export async function createFile(path: string, text: string): Promise<boolean> {
  return withDraft(path, text, async (draft) => {
    try {
      // link(2), unlike rename(2), fails when the path exists.
      await link(draft, path);
      return true;
    } catch (error) {
      if (errnoOf(error) === "EEXIST") return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
  });
}

async function withDraft<T>(path: string, text: string, use: (draft: string) => Promise<T>): Promise<T> {
  const draft = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await writeFile(draft, text, { mode: 0o600 });
    return await use(draft);
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => {});
    throw cannotWrite(path, cause);
  }
}
