import assert from "node:assert/strict";
import { test } from "node:test";
import { type BuildInputs, digestInputs } from "./digest.ts";

const inputs: BuildInputs = {
  entry: "container",
  sources: new Map([
    ["lib/a.h", "a"],
    ["lib/b.h", "b"],
  ]),
  generated: new Map(),
  flags: ["-O2"],
  compiler: "clang 19",
  headers: new Map([["/usr/include/linux/a.h", "a"]]),
  program: [],
};

test("equal inputs have equal digests, whatever the order of their files", () => {
  const turned = new Map([...inputs.sources].reverse());
  assert.equal(digestInputs(inputs), digestInputs({ ...inputs, sources: turned }));
});

test("everything that goes in changes the digest", () => {
  const others: BuildInputs[] = [
    { ...inputs, entry: "uplink" },
    { ...inputs, sources: new Map([...inputs.sources, ["lib/a.h", "c"]]) },
    {
      ...inputs,
      sources: new Map([
        ["lib/a.h", "b"],
        ["lib/b.h", "a"],
      ]),
    },
    { ...inputs, generated: new Map([["policy_lookup.h", ""]]) },
    { ...inputs, flags: ["-O2", "-g"] },
    { ...inputs, compiler: "clang 20" },
    { ...inputs, headers: new Map([["/usr/include/linux/a.h", "b"]]) },
  ];
  const digests = new Set([inputs, ...others].map(digestInputs));
  assert.equal(digests.size, others.length + 1);
});
