import assert from "node:assert/strict";
import { test } from "node:test";
import { readSources } from "@weft/datapath/sources";
import { hostile, type Outcome } from "../test/hostile.ts";
import { type Compiled, compileWithin, openToolchain, type Toolchain } from "./clang.ts";
import type { Limits } from "./fence.ts";

// Smaller than those of people's builds, so that what uses them up does so soon.
const limits: Limits = { cpuSeconds: 1, memoryBytes: 2 ** 30, outputBytes: 2 ** 22, timeoutMs: 60_000 };

let toolchain: Promise<Toolchain> | undefined;

async function compileHostile(text: string): Promise<Compiled> {
  toolchain ??= readSources().then((sources) => openToolchain(sources));
  const sources = new Map([
    ["entry/hostile.bpf.c", text],
    ["judge/policy.h", "int policy;\n"],
  ]);
  return await compileWithin(limits, {
    entry: "hostile",
    sources,
    generated: new Map(),
    ...(await toolchain),
  });
}

function check(compiled: Compiled, outcome: Outcome): void {
  const told = JSON.stringify(compiled, (key, value) => (key === "bytes" ? undefined : value));
  if ("fault" in outcome) {
    assert.ok(compiled.kind === "Fault", told);
    assert.equal(compiled.error.code, outcome.fault, compiled.error.message);
    assert.match(compiled.error.message, /^too large or too deep for the compiler: /);
    assert.match(compiled.error.message, outcome.words ?? /./);
    assert.match(compiled.error.expected ?? "", /at most 1 s of a processor, .* 1024 MiB of memory/);
  } else if ("refused" in outcome) {
    assert.ok(compiled.kind === "Errors", told);
    const [first] = compiled.diagnostics;
    assert.match(first?.message ?? "", outcome.refused);
    assert.equal(first?.line, outcome.line);
    for (const { file, message } of compiled.diagnostics) {
      assert.equal(file, "entry/hostile.bpf.c", told);
      assert.doesNotMatch(message, /\p{Cc}|\p{Cf}|forged|[0-9a-f]{8}-[0-9a-f]{4}/u);
    }
  } else {
    assert.ok(compiled.kind === "Object", told);
    if (outcome.without !== undefined)
      assert.equal(Buffer.from(compiled.bytes).includes(outcome.without), false);
  }
}

for (const [name, [text, outcome]] of Object.entries(hostile)) {
  test(`a hostile source: ${name}`, async () => check(await compileHostile(text), outcome));
}
