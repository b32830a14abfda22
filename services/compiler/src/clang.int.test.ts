import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { readSources } from "@weft/datapath/sources";
import { isWeftError } from "@weft/netaddr";
import { compile, openToolchain } from "./clang.ts";

test("the same inputs give the same bytes, which name no folder of this machine", async () => {
  const sources = await readSources();
  const inputs = { entry: "uplink", sources, generated: new Map(), ...(await openToolchain(sources)) };
  const [one, two] = await Promise.all([compile(inputs), compile(inputs)]);
  assert.ok(one.kind === "Object" && two.kind === "Object");
  assert.deepEqual(one.bytes, two.bytes);
  const text = Buffer.from(one.bytes).toString("latin1");
  assert.equal(text.includes(tmpdir()), false);
  assert.doesNotMatch(text, /[0-9a-f]{8}-[0-9a-f]{4}-/, "the folder of this one run");
  assert.match(text, /\0\s*return \w/, "no lines of the sources, which the verifier quotes");
});

test("an error in a source comes with its place", async () => {
  const sources = new Map(await readSources());
  const toolchain = await openToolchain(sources);
  sources.set(
    "pipeline/finish.h",
    `${sources.get("pipeline/finish.h")}\nint broken(void) { return nothing; }\n`,
  );
  const line = sources.get("pipeline/finish.h")?.split("\n").length ?? 0;
  const compiled = await compile({ entry: "uplink", sources, generated: new Map(), ...toolchain });
  assert.ok(compiled.kind === "Errors");
  const [finding] = compiled.diagnostics;
  assert.deepEqual([finding?.file, finding?.line, finding?.column], ["pipeline/finish.h", line - 1, 27]);
});

test("the headers are those that were read when the toolchain was opened, and no others are to be had", async () => {
  const sources = new Map(await readSources());
  const toolchain = await openToolchain(sources);
  assert.ok(toolchain.headers.has("/usr/include/linux/bpf.h"));
  const more = new Map([...toolchain.headers, ["/usr/include/linux/bpf.h", "#error other"]]);
  const other = await compile({
    entry: "uplink",
    sources,
    generated: new Map(),
    ...toolchain,
    headers: more,
  });
  assert.ok(other.kind === "Errors");
  assert.match(other.diagnostics[0]?.message ?? "", /other/);
  sources.set("pipeline/finish.h", "#include <linux/tcp.h>\n");
  const missing = await compile({ entry: "uplink", sources, generated: new Map(), ...toolchain });
  assert.ok(missing.kind === "Errors");
  assert.match(missing.diagnostics[0]?.message ?? "", /file not found/);
});

test("a compiler that cannot run is a fault of this machine: thrown, and no word about the sources", async () => {
  const sources = await readSources();
  const toolchain = await openToolchain(sources);
  const inputs = { entry: "uplink", sources, generated: new Map(), ...toolchain };
  const none = compile({ ...inputs, program: [] });
  await assert.rejects(
    none,
    (error) => isWeftError(error, "INTERNAL") && /could not run/.test(error.message),
  );
  const halved = toolchain.program.filter(({ at }) => !at.includes("libLLVM"));
  await assert.rejects(compile({ ...inputs, program: halved }), (error) => isWeftError(error, "INTERNAL"));
});
