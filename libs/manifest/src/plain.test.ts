import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { chunksOf } from "./chunks.ts";
import { readDocument } from "./document.ts";
import { formatManifest } from "./format.ts";
import { readPlain } from "./plain.ts";
import { splitText } from "./text.ts";

/** What the parser of all of YAML makes of a text: the value of its one document. */
function parsed(text: string): unknown {
  const documents = splitText({ file: "f", text });
  if (documents.length === 0) return null;
  assert.equal(documents.length, 1, text);
  const [document] = documents;
  const read = document && readDocument("f", document);
  assert.ok(read?.ok, JSON.stringify({ text, read }));
  return read.value;
}

function agrees(text: string): boolean {
  const plain = readPlain(text);
  if (plain !== undefined) assert.deepEqual(plain.value, parsed(text), text);
  return plain !== undefined;
}

const folder = join(import.meta.dirname, "..", "..", "..", "examples");
const examples = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".yaml"))
  .flatMap((name) => [...chunksOf({ file: name, text: readFileSync(join(folder, name), "utf8") })]);

test("what is read the short way is what the parser reads, and most of what people write is", () => {
  const short = examples.filter(({ text }) => agrees(text)).length;
  assert.ok(short > examples.length * 0.7, `${short} of ${examples.length}`);
});

const word = fc.constantFrom(
  ...[
    "a",
    "b",
    "app",
    "web",
    "yes",
    "no",
    "null",
    "true",
    "False",
    "~",
    "012",
    "0",
    "80",
    "1.5",
    "1_0",
    "22:22",
  ],
  ...[
    "10.0.0.0/8",
    "1.2.3",
    "a b",
    "a: b",
    "a #b",
    "#",
    "- a",
    "*a",
    "&a",
    "!x",
    "{}",
    "[]",
    "{a: b}",
    "[a, b]",
  ],
  ...[
    "{ a: 1 }",
    "[a,b]",
    "{a: b, a: c}",
    '"x"',
    "'x'",
    '"a: b"',
    '"\\n"',
    "'it''s'",
    "|",
    ">",
    "---",
    "...",
    "%",
  ],
  ...[
    "<<",
    "__proto__",
    ".inf",
    "é",
    "a\t",
    "e5",
    "1e5",
    "0x1f",
    "x@y",
    "(x)",
    "a-b.c/d",
    "a,b",
    "=",
    ":",
    "?",
    "",
  ],
);
const line = fc
  .tuple(
    fc.constantFrom(0, 0, 0, 1, 2, 2, 3, 4, 6),
    fc.constantFrom("", "", "- ", "-   ", "- - ", "-"),
    fc.option(word),
    fc.constantFrom(": ", ":", ":  ", " : "),
    fc.option(word),
    fc.constantFrom("", "", "", " ", " # c", "# c", "\r"),
  )
  .map(
    ([indent, dash, key, colon, value, end]) =>
      " ".repeat(indent) + dash + (key === null ? "" : key + colon) + (value ?? "") + end,
  );

test("no line, however odd, is read the short way as something else than the parser reads", () => {
  let short = 0;
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      if (agrees(lines.join("\n"))) short += 1;
    }),
    { numRuns: 20_000 },
  );
  assert.ok(short > 500, `${short}`);
});

test("neither are manifests with a line of them changed", () => {
  fc.assert(
    fc.property(fc.constantFrom(...examples), fc.nat(), line, fc.boolean(), ({ text }, at, other, insert) => {
      const lines = text.split("\n");
      lines.splice(at % lines.length, insert ? 0 : 1, other);
      agrees(lines.join("\n"));
    }),
    { numRuns: 3000 },
  );
});

test("values that were written out are read the short way as they were", () => {
  const leaf = fc.oneof(
    fc.constantFrom("a", "yes", "012", "", "10.0.0.0/8", null, true, 80, 1.5, -1),
    fc.string(),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("a", "b", "no", "x/y", "80"), tie("value"), { maxKeys: 3 }),
    ),
  }));
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("a", "b"), value),
      (object) => void agrees(formatManifest(object)),
    ),
  );
});
