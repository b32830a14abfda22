import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { parseManifests } from "@weft/manifest";
import { WeftError } from "@weft/netaddr";
import { type Handlers, type Request, serve } from "@weft/rpc";
import { unlimitedWaits } from "../waits.ts";
import { meshPaths, socketPath } from "./paths.ts";
import { submit } from "./submit.ts";

type Apply = Request<"Compiler", "apply">;

/** A compiler that notes what it is asked, and a way to submit to it. */
async function openCompiler(refuseFrom = Number.POSITIVE_INFINITY) {
  const stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "weft-submit-"));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const paths = meshPaths(folder);
  const socket = socketPath(paths, "compiler");
  mkdirSync(dirname(socket), { recursive: true });
  const calls: string[] = [];
  let done = 0;
  const apply = ({ documents, dryRun }: Apply) => {
    calls.push(`${documents.length}${dryRun ? " dry" : ""} from line ${documents[0]?.line}`);
    if (!dryRun && done >= refuseFrom) throw new WeftError("RESOURCE_EXHAUSTED", "too large");
    if (!dryRun) done += documents.length;
    const changes = documents.map((_, index) => {
      const place = dryRun ? {} : { revision: done - index, event: `event ${done - index}` };
      return { kind: "NetworkPolicy", outcome: "created", ...place };
    });
    return { changes, revision: dryRun ? 0 : done };
  };
  const other = () => ({});
  const handlers: Handlers<"Compiler"> = { apply, delete: apply, setOptions: other, build: other };
  stack.use(await serve({ service: "Compiler", socket, handlers }));
  const progress: string[] = [];
  return {
    calls,
    progress,
    submit: (count: number, dryRun = false) => {
      const one = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\n";
      const { resources } = parseManifests([{ file: "f", text: `---\n${one}`.repeat(count) }]);
      const onProgress = (text: string) => progress.push(text);
      const waits = unlimitedWaits({ say: () => {} });
      const caller = { actor: "test", waits, signal: AbortSignal.timeout(60_000) };
      return submit(paths, resources, { verb: "apply", dryRun, caller, onProgress });
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test("what one call holds for one service is sent once, as the service checks it before it changes anything", async () => {
  await using compiler = await openCompiler();
  const { revision, changes } = await compiler.submit(1000);
  assert.deepEqual([revision, changes.length], [1000, 1000]);
  assert.deepEqual(compiler.calls, ["1000 from line 2"]);
  await compiler.submit(1, true);
  assert.deepEqual(compiler.calls.slice(1), ["1 dry from line 2"]);
});

test("more is checked as a whole, then put on record in batches, and it is told how far that is", async () => {
  await using compiler = await openCompiler();
  const { revision, changes, events } = await compiler.submit(2500);
  assert.deepEqual([revision, changes.length], [2500, 2500]);
  // Who waits for it, waits for each of them, and not for the last alone.
  assert.deepEqual(
    events.map((each) => each.revision).sort((a, b) => a - b),
    Array.from({ length: 2500 }, (_, n) => n + 1),
  );
  assert.ok(events.every((each) => each.event === `event ${each.revision}`));
  assert.deepEqual(compiler.calls, [
    "2500 dry from line 2",
    "1000 from line 2",
    "1000 from line 4002",
    "500 from line 8002",
  ]);
  assert.deepEqual(compiler.progress, [
    "checking 2500 documents",
    "1000 of 2500 documents",
    "2000 of 2500 documents",
    "2500 of 2500 documents",
  ]);
});

test("who is refused half way is told how much is done", async () => {
  await using compiler = await openCompiler(1000);
  await assert.rejects(compiler.submit(2500), (error) => {
    assert.ok(error instanceof WeftError && error.code === "RESOURCE_EXHAUSTED");
    assert.match(error.message, /too large; 1000 of 2500 are done, and the same command does the rest/);
    return true;
  });
});
