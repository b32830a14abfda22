// What a person is told who changes a mesh whose disk is full.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { type SmallDisk, smallDisk } from "@weft/log/testing";
import { openState, type TestState } from "./test/state.ts";

const skip = process.getuid?.() === 0 ? false : "mounts a tmpfs: needs root";
const policy =
  "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: n}, spec: {podSelector: {}}}";

suite("on a full disk", { skip }, () => {
  let disk: SmallDisk;
  let state: TestState;
  before(async () => {
    disk = smallDisk(8);
    state = await openState(disk.path);
    state.addSilent("compiler");
    disk.fill();
  });
  after(async () => {
    await state[Symbol.asyncDispose]();
    disk[Symbol.dispose]();
  });

  test("a change that is not answered says that there is no space, while it waits and when it ends", {
    timeout: 120_000,
  }, async () => {
    const { status, stderr } = await state.run(["apply", "-f", "-", "--timeout", "2500ms"], policy);
    assert.equal(status, 1, stderr);
    const why = `no space: ${state.paths.state} has 0 MiB free`;
    const [waits, ends] = stderr.trimEnd().split("\n").slice(-2);
    assert.equal(waits, `weft: waiting for service compiler; ${why}`);
    assert.equal(ends, `weft: service compiler did not answer within 2.5 s; ${why}`);
  });

  test("a service that nobody listens for is told with it", { timeout: 120_000 }, async () => {
    const { status, stderr } = await state.run(
      ["delete", "-f", "-", "--timeout", "2500ms"],
      policy.replace("NetworkPolicy", "Service").replace("networking.k8s.io/", ""),
    );
    assert.equal(status, 1, stderr);
    assert.match(stderr, /service lb.*; no space: /);
  });
});
