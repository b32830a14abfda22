import assert from "node:assert/strict";
import { test } from "node:test";
import { doAll, type SourceText } from "@weft/manifest";
import { readingIntents } from "./domain/intents.ts";
import { openTexts } from "./texts.ts";

const policy = (name: string, more = ""): SourceText => ({
  file: "p.yaml",
  text: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name} }
spec: { podSelector: {} }
${more}`,
});

test("a document that was checked is not read again when it is put on record, and is forgotten then", () => {
  const texts = openTexts();
  const documents = [policy("a"), policy("b")];
  const first = doAll(readingIntents(documents, texts.checked)).intents;
  const again = doAll(readingIntents(documents, texts.checked)).intents;
  const spent = doAll(readingIntents(documents, texts.spent)).intents;
  const anew = doAll(readingIntents(documents, texts.spent)).intents;
  for (const [index, intent] of first.entries()) {
    assert.equal(again[index], intent);
    assert.equal(spent[index], intent);
    assert.notEqual(anew[index], intent);
    assert.deepEqual([anew[index]?.resource.name, anew[index]?.kind], [intent.resource.name, intent.kind]);
  }
});

test("a document with a finding, at another line or in another file is read for itself", () => {
  const texts = openTexts();
  const wrong = policy("a", "x: 1\n");
  assert.equal(doAll(readingIntents([wrong], texts.checked)).diagnostics.length, 1);
  assert.equal(doAll(readingIntents([wrong], texts.checked)).diagnostics.length, 1);
  const here = policy("a");
  const [known] = doAll(readingIntents([here], texts.checked)).intents;
  for (const other of [
    { ...here, line: 7 },
    { ...here, file: "q.yaml" },
  ]) {
    const [found] = doAll(readingIntents([other], texts.checked)).intents;
    assert.notEqual(found, known);
    assert.deepEqual([found?.resource.file, found?.resource.line], [other.file, other.line ?? 1]);
  }
});

test("a name that is given twice is found among documents that are known, too", () => {
  const texts = openTexts();
  const twins = [policy("a"), { ...policy("a"), line: 9 }];
  for (const document of twins) doAll(readingIntents([document], texts.checked));
  const [finding] = doAll(readingIntents(twins, texts.checked)).diagnostics;
  assert.match(finding?.message ?? "", /a is given a second time/);
});

test("what is kept of documents is bounded: the oldest are let go", () => {
  const texts = openTexts();
  const many = Array.from({ length: 20_001 }, (_, line) => ({ ...policy("a"), line: line + 1 }));
  for (const document of many) texts.checked.set(document, []);
  assert.equal(texts.checked.get(many[0] as SourceText), undefined);
  assert.deepEqual(texts.checked.get(many[1] as SourceText), []);
  const large = { file: "large", text: "x".repeat(20 * 2 ** 20) };
  texts.checked.set(large, []);
  texts.checked.set({ ...large, line: 2 }, []);
  assert.deepEqual(
    [texts.checked.get(large), texts.checked.get(many.at(-1) as SourceText)],
    [undefined, undefined],
  );
});
