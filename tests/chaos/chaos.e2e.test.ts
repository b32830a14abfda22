import assert from "node:assert/strict";
import { test } from "node:test";
import { readArguments } from "./arguments.ts";
import { formatReport } from "./report.ts";
import { runChaos } from "./run.ts";

const skip = process.getuid?.() === 0 ? false : "makes network namespaces and loads programs: needs root";

// WEFT_CHAOS_SEED repeats a run, WEFT_CHAOS_ONLY chooses kinds; npm run chaos makes longer ones.
const seed = process.env.WEFT_CHAOS_SEED ?? `${Date.now() % 2 ** 31}`;
const only = process.env.WEFT_CHAOS_ONLY ?? "kill nats-server,kill compiler,kill loader,tail cut,second mesh";

test("faults lose no datagram, no connection and no event, and what is in force is enforced", {
  skip,
  timeout: 280_000,
}, async (t) => {
  t.diagnostic(`WEFT_CHAOS_SEED=${seed}`);
  const given = readArguments(["--seed", seed, "--each", "1", "--only", only]);
  assert.ok(given !== "help");
  const report = await runChaos(given, t.signal, (line) => t.diagnostic(line));
  assert.deepEqual(report.bad, [], formatReport(report));
});
