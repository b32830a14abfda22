// A host that cannot know what is on record is told of wherever somebody would take the record for what is in force.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Handlers, serve } from "@weft/rpc";
import { socketPath } from "./mesh/paths.ts";
import { openState } from "./test/state.ts";

const doubt = "the log ends at revision 568, and this host enforces 572";
const lost = "the log lost 4 events";

test("plan and why say what a host doubts, as status does; plan ends with 1", {
  timeout: 120_000,
}, async () => {
  await using state = await openState();
  const unused = () => {
    throw new Error("not asked for");
  };
  const handlers: Handlers<"Loader"> = {
    ...{ attach: unused, relabel: unused, change: unused, detach: unused, wait: unused },
    plan: () => ({ revision: 568, operations: [], json: "[]" }),
    status: () => ({ error: doubt, problems: [{ what: doubt, sinceMs: 0 }], warnings: [lost] }),
  };
  await using _ = await serve({ service: "Loader", socket: socketPath(state.paths, "loader-h1"), handlers });
  for (const words of [
    ["status"],
    ["plan"],
    ["why", "--from", "192.0.2.1", "--to", "192.0.2.2", "--port", "tcp/80"],
  ]) {
    const { status, stdout, stderr } = await state.run(words);
    assert.ok((stdout + stderr).includes(doubt), `${words[0]}: ${stdout}${stderr}`);
    assert.ok(stderr.includes(`warning of h1: ${lost}`), `${words[0]}: ${stderr}`);
    if (words[0] !== "why") assert.equal(status, 1);
  }
  const { stdout } = await state.run(["plan", "-o", "json"]);
  const [{ error, warnings }] = JSON.parse(stdout);
  assert.deepEqual({ error, warnings }, { error: doubt, warnings: [lost] });
});
