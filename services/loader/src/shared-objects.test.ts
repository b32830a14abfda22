import assert from "node:assert/strict";
import { test } from "node:test";
import type { SharedDigests } from "./memory.ts";
import { resolveShared } from "./shared-objects.ts";

/** Objects of a machine on which everything that is named here was built before, and a compiler that answers when told to. */
function machine(...held: readonly string[]) {
  const answer = Promise.withResolvers<void>();
  let remembered: SharedDigests | undefined;
  const objects = {
    spec: async (digest: string) => (held.includes(digest) ? ({} as never) : undefined),
    build: async ({ entry }: { readonly entry?: string | null }) => {
      await answer.promise;
      return `new ${entry}`;
    },
    recall: async () => undefined,
  };
  const memory = {
    shared: () => remembered,
    noteShared(digests: SharedDigests) {
      remembered = digests;
    },
  };
  return { objects, memory, answer: answer.resolve };
}

const fail = (error: unknown) => assert.fail(String(error));

test("a host that starts again goes on with the objects that it used, and takes newer ones when the compiler has them", async () => {
  const { objects, memory, answer } = machine("container", "uplink");
  const before = { container: "container", uplink: "uplink" };
  memory.noteShared(before);
  const shared = await resolveShared(objects, memory, new AbortController().signal, fail);
  assert.deepEqual(shared.current(), before, "nobody was waited for");
  const changed = new Promise<void>((resolve) => shared.onChange(resolve));
  answer();
  await changed;
  assert.deepEqual(shared.current(), { container: "new container", uplink: "new uplink" });
  assert.deepEqual(memory.shared(), shared.current());
});

test("a host that has lost an object that it used waits for the compiler", async () => {
  const { objects, memory, answer } = machine("container");
  memory.noteShared({ container: "container", uplink: "uplink" });
  const resolving = resolveShared(objects, memory, new AbortController().signal, fail);
  answer();
  assert.deepEqual((await resolving).current(), { container: "new container", uplink: "new uplink" });
});
