import assert from "node:assert/strict";
import { test } from "node:test";
import { type FollowRequest, type Log, Trail, type WeftEvent } from "@weft/log";
import { emptyMesh, notesOf } from "@weft/model";
import { recordedAt } from "@weft/model/testing";
import { openDoubt } from "./doubt.ts";
import { followLog } from "./follow.ts";
import { loaderHandlers } from "./grpc.ts";
import { openLedger } from "./ledger.ts";

/** A log of four events: the second of a version that is not this one, the fourth not its writer's. */
const log = {
  async *follow({ onUnknown, onCaughtUp }: FollowRequest = {}) {
    const option: WeftEvent = { type: "OptionsSet", data: { scope: "mesh", values: { ipv4: "on" } } };
    const [first, third] = [recordedAt(1, option), recordedAt(3, option)];
    yield first;
    const subject = "weft.log.host.h1";
    const message = "not here";
    onUnknown?.({ revision: 2, subject } as never, "weft.v1.HostRetired", {
      kind: "unknown",
      message: "new",
    });
    yield third;
    onUnknown?.({ revision: 4, subject } as never, "weft.v1.PolicyRemoved", { kind: "invalid", message });
    onCaughtUp?.(4);
  },
} as unknown as Log;

const ignoring = {
  trail: new Trail(),
  onEvent: () => undefined,
  onChecked: () => undefined,
  onReplaced: () => assert.fail("the log is the same"),
};

test("what is of a newer version, or not its writer's, holds nothing back and is told of", async () => {
  const mesh = emptyMesh();
  const stop = new AbortController();
  const told: string[] = [];
  await followLog({
    log,
    mesh,
    signal: stop.signal,
    ...ignoring,
    onPassed: ({ revision, kind }) => told.push(`${revision} ${kind}`),
    onCaughtUp: () => stop.abort(),
    onFault: (error) => assert.equal(error, undefined),
  });
  assert.deepEqual(told, ["2 unknown", "4 invalid"]);
  assert.equal(mesh.revision, 4);
  assert.deepEqual(notesOf(mesh), [
    "revision 4, a weft.v1.PolicyRemoved on weft.log.host.h1, has no effect: not here; neither have 1 events before it",
  ]);
  const progress = () => ({ tried: 4, applied: 4, failures: new Map() });
  const reconciler = {
    ...{ progress, inForce: async () => undefined, state: () => undefined },
    busySinceMs: () => undefined,
  };
  const recorder = { totals: () => ({ recorded: 0, lost: {} }) };
  const doubt = openDoubt();
  doubt.checked();
  const known = {
    doubt,
    fault: doubt.text,
    ledger: openLedger(),
    trail: new Trail(),
    lost: () => "",
    ended: new AbortController().signal,
  };
  const status = { ...known, mesh, reconciler, recorder, facts: { host: "h1", problems: [] } };
  const { wait } = loaderHandlers({} as never, status as unknown as Parameters<typeof loaderHandlers>[1]);
  const answer = await wait({ revision: 4, event: "" } as never, { signal: stop.signal } as never);
  assert.deepEqual([answer.applied, answer.error, answer.warnings], [4, "", notesOf(mesh)]);
});
