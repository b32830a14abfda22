import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAddress } from "@weft/netaddr";
import { type Asked, ask } from "./ask.ts";
import type { EndText } from "./end.ts";
import { historyAt } from "./testing.ts";

function askAt(revision: number, asked: Partial<Asked>) {
  const whole = { from: name("ads"), to: name("web"), protocol: "TCP" as const, port: 80, ...asked };
  return ask(whole, historyAt(revision));
}

const name = (text: string): EndText => ({ kind: "name", name: { namespace: "shop", name: text } });
const address = (text: string): EndText => ({ kind: "address", address: parseAddress(text) });

test("a denial names the policy's line, the field that failed, and the event that made it so", async () => {
  const answer = await askAt(8, {});
  assert.ok(answer.kind === "policy");
  assert.equal(answer.verdict, "denied");
  assert.equal(answer.ingress.ground, "default");
  const [near] = answer.ingress.nearest;
  assert.deepEqual([near?.rule.field, near?.rule.file, near?.rule.line], ["spec.ingress[0]", "web.yaml", 47]);
  const [miss] = near?.misses ?? [];
  assert.deepEqual([miss?.field, miss?.line], ["spec.ingress[0].from[0].podSelector.matchLabels.app", 48]);
  assert.deepEqual([answer.since?.revision, answer.since?.type], [7, "PolicyApplied"]);
  assert.deepEqual(
    answer.events.map(({ revision, actor }) => [revision, actor]),
    [[7, "test"]],
  );
  assert.match(answer.change?.apply[0] ?? "", /name: web-from-ads-tcp-80/);
});

test("an earlier revision has its own answer, and what came later is not in it", async () => {
  const answer = await askAt(6, {});
  assert.ok(answer.kind === "policy");
  assert.deepEqual([answer.verdict, answer.ingress.ground], ["allowed", "unselected"]);
  assert.equal(answer.since?.revision, 6, "both ends are there since then");
});

test("a container is asked about by its address as well as by its name", async () => {
  const byAddress = await askAt(8, { from: address("fd00::2") });
  assert.deepEqual(byAddress, await askAt(8, {}));
});

test("somebody outside is judged by the address", async () => {
  const answer = await askAt(8, { from: address("2001:db8::1") });
  assert.ok(answer.kind === "policy");
  assert.deepEqual([answer.verdict, answer.from.identity, answer.egress.ground], ["denied", 2, "outside"]);
});

test("an address that nobody has any more is told with who had it, and when it was given back", async () => {
  const answer = await askAt(10, { from: name("web"), to: address("fd00::2") });
  assert.ok(answer.kind === "nobody");
  assert.equal(answer.reason, "drop_no_peer");
  assert.deepEqual(
    answer.holders.map((one) => [
      one.name,
      one.leased.revision,
      one.detached?.revision,
      one.released?.revision,
    ]),
    [["shop/ads", 5, 9, 10]],
  );
  const early = await askAt(4, { from: name("web"), to: address("fd00::2") });
  assert.deepEqual(early.kind === "nobody" && early.holders, []);
});

test("a container that is gone is said to be, with the revision at which it was there", async () => {
  await assert.rejects(askAt(10, {}), { code: "NOT_FOUND", field: "--from", expected: /--at 8, / });
  await assert.rejects(askAt(3, {}), { code: "NOT_FOUND", expected: /--at 6 or later/ });
  await assert.rejects(askAt(8, { to: name("nobody") }), {
    code: "NOT_FOUND",
    expected: /weft get endpoints/,
  });
});

test("ends between which no flow of the mesh can be are refused", async () => {
  await assert.rejects(askAt(8, { to: name("ads") }), { code: "INVALID_ARGUMENT", field: "--to" });
  const outside = { from: address("2001:db8::1"), to: address("2001:db8::2") };
  await assert.rejects(askAt(8, outside), { code: "INVALID_ARGUMENT", field: "--from" });
  await assert.rejects(askAt(8, { family: 4 }), { code: "FAILED_PRECONDITION", field: "--family" });
});
