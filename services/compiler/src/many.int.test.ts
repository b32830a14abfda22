import assert from "node:assert/strict";
import { test } from "node:test";
import type { Log } from "@weft/log";
import { startNats } from "@weft/log/testing";
import { intentKeeper } from "./intent.ts";

const calls = ["append", "tail", "read"] as const;
type Counts = Record<(typeof calls)[number], number>;

/** A log, and what has been asked of it since one was told last. */
function counted(log: Log): { log: Log; told(): Counts } {
  const none: Counts = { append: 0, tail: 0, read: 0 };
  let counts = { ...none };
  const counting = (name: keyof Counts) => {
    const call = log[name] as (...given: unknown[]) => unknown;
    return (...given: unknown[]) => {
      counts[name] += 1;
      return call(...given);
    };
  };
  const watched = { ...log, ...Object.fromEntries(calls.map((name) => [name, counting(name)])) };
  const told = (): Counts => {
    const seen = counts;
    counts = { ...none };
    return seen;
  };
  return { log: watched as Log, told };
}

const documentsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    file: "p.yaml",
    text: `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p${index} }\nspec: { podSelector: {} }\n`,
    line: 1 + index * 5,
  }));

test("many documents cost an event each, a question each only where something is on record, and one reading of the log a call", async () => {
  await using nats = await startNats();
  await using connected = await nats.connect("compiler");
  const { log, told } = counted(connected);
  const keep = intentKeeper(log);
  const who = { actor: "test", cause: "test" };
  const documents = documentsOf(300);
  const parts = [0, 100, 200].map((from) => documents.slice(from, from + 100));
  const outcomes = async (verb: "apply" | "delete") => {
    const answers = [];
    for (const part of parts) answers.push(await keep({ verb, documents: part, dryRun: false, ...who }));
    return new Set(answers.flatMap(({ changes }) => changes.map(({ outcome }) => outcome)));
  };
  await keep({ verb: "apply", documents, dryRun: true, ...who });
  assert.deepEqual(told(), { append: 0, tail: 0, read: 0 }, "nothing is on record");
  assert.deepEqual(await outcomes("apply"), new Set(["created"]));
  const { read, ...first } = told();
  assert.deepEqual(first, { append: 300, tail: 0 });
  assert.ok(read <= parts.length, `the log was read ${read} times`);
  assert.deepEqual(await outcomes("apply"), new Set(["unchanged"]));
  const second = told();
  assert.deepEqual([second.append, second.tail <= 300], [0, true]);
  assert.deepEqual(await outcomes("delete"), new Set(["deleted"]));
  const third = told();
  assert.deepEqual([third.append, third.tail <= 300], [300, true]);
});

test("what was taken for new, and is on record as removed, is put on record after that", async () => {
  await using nats = await startNats();
  await using log = await nats.connect("compiler");
  const [document] = documentsOf(1);
  assert.ok(document);
  const request = { documents: [document], dryRun: false, actor: "test", cause: "test" };
  const other = intentKeeper(log);
  await other({ verb: "apply", ...request });
  await other({ verb: "delete", ...request });
  const keep = intentKeeper(log);
  const { changes, revision } = await keep({ verb: "apply", ...request });
  assert.deepEqual([changes.map(({ outcome }) => outcome), revision], [["created"], 3]);
  const again = await keep({ verb: "apply", ...request });
  assert.deepEqual([again.changes.map(({ outcome }) => outcome), again.revision], [["unchanged"], 3]);
});
