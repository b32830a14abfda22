import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { generatedFiles } from "../scripts/generate.ts";
import { serviceDefinition } from "./definition.ts";
import { descriptors } from "./descriptors.ts";

test("the generated files are those of the contract; if not: node libs/rpc/scripts/generate.ts", () => {
  for (const [file, bytes] of generatedFiles()) {
    assert.ok(readFileSync(file).equals(bytes), `${file.pathname} is stale`);
  }
});

test("every service of the contract has a definition with codecs for all its messages", () => {
  assert.deepEqual(
    descriptors().services.map(({ name }) => name),
    ["Identity", "Ipam", "Compiler", "Loader", "LoadBalancer"],
  );
  const { methods } = serviceDefinition("Ipam");
  assert.equal(methods.assignHostPrefix?.path, "/weft.v1.Ipam/AssignHostPrefix");
  const bytes = methods.assignHostPrefix?.requestSerialize({ host: "h1" });
  assert.deepEqual({ ...methods.assignHostPrefix?.requestDeserialize(bytes ?? Buffer.of()) }, { host: "h1" });
});
