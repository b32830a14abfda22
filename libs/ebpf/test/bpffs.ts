import { mkdtemp, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mountBpffs, unmountBpffs } from "../src/index.ts";

/** A bpffs of a test's own. */
export async function makeBpffs(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), `wt-${process.pid}-`));
  await mountBpffs(path);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await unmountBpffs(path);
      await rmdir(path);
    },
  };
}
