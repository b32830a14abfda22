import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { formatDiagnostic, parseManifests, type SourceText } from "@weft/manifest";
import { parsePolicy, policyKinds } from "./index.ts";

const root = new URL("../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

/** The kinds of the policies in these texts, each of which must be right. */
function kindsIn(texts: readonly SourceText[]): string[] {
  const { resources, diagnostics } = parseManifests(texts);
  assert.deepEqual(diagnostics, []);
  const policies = resources.filter(({ kind }) => policyKinds.some((known) => known === kind));
  const kinds = policies.map((resource) => {
    const policy = parsePolicy(resource);
    if (Array.isArray(policy)) throw new Error(policy.map(formatDiagnostic).join("\n"));
    return policy.kind === "ClusterNetworkPolicy" ? `${policy.tier} ${policy.kind}` : policy.kind;
  });
  return kinds.sort();
}

test("there is an example of each kind, and each is right", () => {
  const files = readdirSync(new URL("examples/policies/", root)).filter((name) => name.endsWith(".yaml"));
  const texts = files.map((file) => ({ file, text: read(`examples/policies/${file}`) }));
  assert.deepEqual(kindsIn(texts), [
    "Admin ClusterNetworkPolicy",
    "Baseline ClusterNetworkPolicy",
    "NetworkPolicy",
    "NetworkPolicy.weft.dev",
  ]);
});

test("what the guide shows can be applied as it stands there", () => {
  const file = "docs/guides/policies.md";
  const blocks = [...read(file).matchAll(/```yaml\n(.*?)```/gs)].map(([, text = ""]) => ({ file, text }));
  assert.equal(blocks.length, 4);
  assert.deepEqual(kindsIn(blocks), [
    "Admin ClusterNetworkPolicy",
    "NetworkPolicy",
    "NetworkPolicy.weft.dev",
  ]);
});
