import assert from "node:assert/strict";
import { test } from "node:test";
import { subjects } from "@weft/log";
import { openState } from "./state.ts";
import { untold } from "./told.ts";

test("log, get and version print what OUTPUT.md tells, and nothing else", { timeout: 120_000 }, async () => {
  await using state = await openState();
  const by = { actor: "test", cause: "test", expected: 0 };
  const [compiler, identity] = [await state.nats.connect("compiler"), await state.nats.connect("identity")];
  const options = { type: "OptionsSet", data: { scope: "mesh", values: { mtu: "1400" } } } as const;
  await compiler.append({ ...by, subject: subjects.option("mesh"), event: options });
  const allocations = [{ identity: 256, labels: { app: "web" } }];
  const allocated = { type: "IdentitiesAllocated", data: { allocations } } as const;
  await identity.append({ ...by, subject: subjects.identity(), event: allocated });
  for (const words of [["log"], ["get", "options"], ["get", "identities"], ["version"]]) {
    const { status, stdout, stderr } = await state.run([...words, "-o", "json"]);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /\{"/, words.join(" "));
    assert.deepEqual(untold([...words, "-o", "json"], stdout), []);
  }
});
