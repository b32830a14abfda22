import assert from "node:assert/strict";
import { test } from "node:test";
import { type Log, Trail } from "@weft/log";
import { emptyMesh, type Mesh } from "@weft/model";
import { WeftError } from "@weft/netaddr";
import { openLedger } from "./ledger.ts";
import { progressOf, type StatusOptions, startHeartbeat } from "./status.ts";

const host = "h1";

/** What a host has to say for which as many containers fail and as many policies cannot be read. */
function options(many: number, trail = new Trail()): StatusOptions {
  const failures = new Map<string, WeftError>();
  const mesh = emptyMesh();
  for (let n = 0; n < many; n += 1) {
    failures.set(`c${n}`, new WeftError("INTERNAL", `container ${n}: ${"x".repeat(5000)}`));
    const policy = {
      kind: "NetworkPolicy",
      namespace: "shop",
      name: `p${n}`,
      source: "{",
      file: "",
      line: 1,
    };
    mesh.policies.set(`${n}`, { ...policy, revision: n + 1 });
  }
  return {
    ...{ mesh: mesh as Mesh, facts: { host, problems: [] }, trail, ledger: openLedger(), attach: "tcx" },
    ...{ fault: () => "", lost: () => "" },
    reconciler: {
      progress: () => ({ tried: 3, applied: 3, failures }),
      state: () => undefined,
      busySinceMs: () => undefined,
    },
    recorder: { totals: () => ({ recorded: 0, lost: {} }) },
  } as unknown as StatusOptions;
}

function logThat(publish: (subject: string, text: string) => void): Pick<Log, "nats"> {
  return { nats: { isClosed: () => false, publish } } as unknown as Pick<Log, "nats">;
}

test("however much is wrong, a heartbeat is small and says how much more there is", () => {
  const sent: string[] = [];
  using _ = startHeartbeat(
    logThat((_subject, text) => sent.push(text)),
    "weft.status.h1",
    options(20_000),
  );
  const [text = ""] = sent;
  assert.ok(text.length < 32 * 1024, `${text.length} characters`);
  const { error, warnings } = JSON.parse(text) as { error: string; warnings: string[] };
  assert.equal(error.split("\n").at(-1), "19992 more problems");
  assert.deepEqual([warnings.length, warnings.at(-1)], [9, "19992 more warnings"]);
  const answer = progressOf(options(20_000));
  assert.deepEqual([answer.problems?.length, answer.warnings], [9, warnings]);
});

test("a heartbeat that cannot be sent ends nothing", () => {
  const refuse = () => {
    throw new Error("max_payload size exceeded");
  };
  using heartbeat = startHeartbeat(logThat(refuse), "weft.status.h1", options(1));
  heartbeat.beat();
});

test("a log that lacks what was damaged is a problem", () => {
  const trail = new Trail();
  trail.missing = 2;
  const { error, warnings } = progressOf(options(0, trail));
  assert.match(error ?? "", /^the log lacks 2 events that were damaged on its disk/);
  assert.deepEqual(warnings, []);
});
