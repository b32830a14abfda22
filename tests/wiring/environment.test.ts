// Every environment variable that the product reads is told on one page, with what is expected of it, and a test sets it.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..", "..");
const page = "docs/reference-environment.md";

function files(pattern: string): string[] {
  return globSync(pattern, { cwd: root, exclude: ["**/node_modules/**", "**/build/**", "**/gen/**"] });
}

function textOf(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

const isTest = (file: string) => /\.test\.ts$|\/tests?\/|^(tests|bench)\/|testing|-cases\.ts$/.test(file);
const product = files("{services,apps,libs}/**/*.{ts,c,cc}").filter((file) => !isTest(file));

/** Begins like a variable and is none: streams of the log, what generated C is called, what Node.js has for its children and its API. */
const others = /^WEFT_(FLOWS|TRACES|CAPTURES|EGRESS)$|^NODE_(CHANNEL|API)_/;

/** Names of variables in a text: those that are read of an environment, and words that can be nothing else. */
function variablesIn(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
  const found = code.matchAll(
    /\b(?:env|variables|environment)\??\.([A-Z][A-Z0-9_]+)\b|\b((?:WEFT|OTEL|NODE|NOTIFY|WATCHDOG|SYSTEMD|XDG)_[A-Z0-9_]+)\b|getenv\("(\w+)"\)/g,
  );
  return [...found].map(([, read, word, c]) => read ?? word ?? c ?? "").filter((name) => !others.test(name));
}

const told = new Map<string, string>();
for (const line of textOf(page)
  .split("\n")
  .filter((row) => row.startsWith("| `")))
  for (const [, name = ""] of (line.split("|")[1] ?? "").matchAll(/`([A-Z0-9_]+)`/g))
    told.set(name, `${told.get(name) ?? ""}\n${line}`);

test("every variable that is read is on the page, and every one of the page is read", () => {
  const read = new Set([...product, "weft"].flatMap((file) => variablesIn(textOf(file))));
  assert.ok(read.size > 30, `${read.size}`);
  assert.deepEqual([...read].filter((name) => !told.has(name)).sort(), [], "is read and not told");
  // Node.js finds programs by it.
  read.add("PATH");
  assert.deepEqual([...told.keys()].filter((name) => !read.has(name)).sort(), [], "is told and not read");
});

test("the page expects of a variable what the service that refuses another value says it expected", () => {
  const readers = [...files("services/*/src/environment.ts"), "libs/rpc/src/environment.ts"];
  const fields = readers.flatMap((file) => [
    ...textOf(file).matchAll(/^ +(WEFT_[A-Z0-9_]+):(?:(?!^ +WEFT_)[\s\S])*?\.describe\("([^"]+)"\)/gm),
  ]);
  assert.ok(fields.length >= 20, `${fields.length}`);
  for (const [, name = "", expected = ""] of fields)
    assert.ok(told.get(name)?.includes(expected), `${name}: ${page} does not say "${expected}"`);
});

test("every variable of the page is set by a test", () => {
  const tests = files("{services,apps,libs,tests}/**/*.ts").filter((file) => isTest(file));
  const text = tests
    .filter((file) => !file.startsWith("tests/wiring/"))
    .map(textOf)
    .join("\n");
  assert.deepEqual([...told.keys()].filter((name) => !new RegExp(`\\b${name}\\b`).test(text)).sort(), []);
});
