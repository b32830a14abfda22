import assert from "node:assert/strict";
import { test } from "node:test";
import type { FollowRequest, Log } from "@weft/log";
import { emptyMesh } from "@weft/model";
import { recordedAt } from "@weft/model/testing";
import { twoHosts } from "./domain/testing.ts";
import { followLog } from "./follow.ts";
import { loaderHandlers } from "./grpc.ts";
import { appliedOf, errorText, type StatusOptions } from "./status.ts";

/** A log of three events, the second of a version that is not this one. */
const log = {
  async *follow({ onUnknown, onCaughtUp }: FollowRequest = {}) {
    const [first, , third] = twoHosts.map((event, n) => recordedAt(n + 1, event));
    if (first !== undefined) yield first;
    onUnknown?.({ revision: 2 } as never, "weft.v1.HostRetired", { kind: "unknown", message: "" });
    if (third !== undefined) yield third;
    onCaughtUp?.(3);
  },
} as unknown as Log;

test("an event that is not its writer's holds nothing back, and is told of", async () => {
  const mesh = emptyMesh();
  const stop = new AbortController();
  const told: string[] = [];
  const forged = {
    async *follow({ onUnknown, onCaughtUp }: FollowRequest = {}) {
      yield recordedAt(1, twoHosts[0] as never);
      onUnknown?.({ revision: 2 } as never, "weft.v1.PolicyRemoved", {
        kind: "invalid",
        message: "not here",
      });
      onCaughtUp?.(2);
    },
  } as unknown as Log;
  await followLog({
    ...{ log: forged, mesh, signal: stop.signal, onEvent: () => undefined },
    onUnknown: () => assert.fail("nothing is of a newer version"),
    onInvalid: ({ revision }, message) => told.push(`${revision} ${message}`),
    onCaughtUp: () => stop.abort(),
    onFault: (error) => assert.equal(error, undefined),
  });
  assert.deepEqual(told, ["2 not here"]);
  assert.deepEqual([mesh.revision, mesh.unknown], [2, undefined]);
});

test("an event of a newer version holds back what is called applied, is named, and keeps nothing else back", async () => {
  const mesh = emptyMesh();
  const stop = new AbortController();
  let told = 0;
  await followLog({
    log,
    mesh,
    signal: stop.signal,
    onEvent: () => undefined,
    onUnknown: () => {
      told += 1;
    },
    onInvalid: () => assert.fail("none of the events is invalid"),
    onCaughtUp: () => stop.abort(),
    onFault: (error) => assert.equal(error, undefined),
  });
  assert.equal(told, 1);
  assert.deepEqual([mesh.revision, [...mesh.hosts.keys()]], [3, ["h2"]]);
  const progress = () => ({ tried: 3, applied: 3, failures: new Map() });
  const reconciler = { progress, inForce: async () => undefined, state: () => undefined };
  const facts = { problems: [] };
  const status = { mesh, facts, reconciler, fault: () => "" } as unknown as StatusOptions;
  assert.equal(appliedOf(status), 1);
  assert.match(errorText(status), /^revision 2 is a weft\.v1\.HostRetired, which this version does not know/);
  const { wait } = loaderHandlers({} as never, status);
  const waiting = wait({ revision: 3 } as never, { signal: stop.signal } as never);
  await assert.rejects(Promise.resolve(waiting), { code: "FAILED_PRECONDITION", message: /HostRetired/ });
});
