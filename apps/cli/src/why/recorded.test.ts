import assert from "node:assert/strict";
import { test } from "node:test";
import type { Flow, FlowEnd } from "@weft/log";
import { parseAddress } from "@weft/netaddr";
import { askFlow, revisionFor } from "./recorded.ts";
import { historyAt } from "./testing.ts";
import { answerText } from "./text.ts";

function end(name: string, endpoint: string, address: string): FlowEnd {
  const labels: Record<string, string> = endpoint === "" ? {} : { app: name };
  return {
    ...{
      address: parseAddress(address),
      identity: 256,
      namespace: endpoint && "shop",
      name,
      labels,
      endpoint,
    },
    host: "h1",
  };
}
const web = end("web", "w1", "fd00::1");
const ads = end("ads", "a1", "fd00::2");

function flow(fields: Partial<Flow>): Flow {
  return {
    ...{
      id: "7.0",
      host: "h1",
      verdict: "DROPPED",
      reason: "drop_policy_ingress",
      detail: "",
      direction: "ingress",
    },
    ...{ source: ads, destination: web, sourcePort: 40_000, destinationPort: 80, protocol: 6 },
    ...{ icmp: undefined, tcpFlags: 2, state: "new", revision: 7, ruleNumber: 0, rule: undefined },
    ...{ count: 1, bytes: 60, firstMs: 1_000_000, lastMs: 1_000_000 },
    ...fields,
  };
}

test("a recorded denial is judged once more by the policies of its revision, and they agree", async () => {
  const answer = await askFlow(flow({}), historyAt(7), 7);
  assert.ok(answer.kind === "recorded");
  assert.deepEqual([answer.verdict, answer.agrees, answer.difference], ["denied", true, ""]);
  assert.equal(answer.ingress.nearest[0]?.misses[0]?.line, 48);
  assert.deepEqual(
    answer.events.map(({ revision }) => revision),
    [7],
  );
  assert.match(
    answerText(answer),
    /^flow 7\.0: DROPPED \(drop_policy_ingress\) on h1 at 1970-.*revision 7\n/,
  );
});

test("what took the permission back is the last event up to the flow's time that gave this verdict", async () => {
  for (const until of [7, 8]) {
    const answer = await askFlow(flow({ verdict: "CUT", state: "established" }), historyAt(7), until);
    assert.ok(answer.kind === "recorded");
    assert.deepEqual([answer.since?.revision, answer.since?.type], [7, "PolicyApplied"]);
    assert.match(answerText(answer), /^denied since revision 7: PolicyApplied on policy /m);
  }
  const passed = await askFlow(
    flow({ verdict: "FORWARDED", reason: "forwarded", revision: 6 }),
    historyAt(6),
    8,
  );
  assert.ok(passed.kind === "recorded");
  assert.deepEqual(
    [passed.verdict, passed.since?.revision],
    ["allowed", 6],
    "the policy was not in force yet",
  );
});

test("an end that is gone counts as it was recorded", async () => {
  const answer = await askFlow(flow({ revision: 10 }), historyAt(10), 10);
  assert.ok(answer.kind === "recorded");
  assert.deepEqual([answer.from.name, answer.verdict], ["shop/ads", "denied"]);
});

test("when the kernel did what policies do not say, the answer says in what", async () => {
  const passed = await askFlow(flow({ verdict: "FORWARDED", reason: "forwarded" }), historyAt(7), 7);
  assert.ok(passed.kind === "recorded");
  assert.equal(passed.difference, "the kernel let it pass at ingress, and policies say denied");
  assert.match(answerText(passed), /DISAGREE/);
  const rule = { kind: "NetworkPolicy", tier: "NetworkPolicy", namespace: "shop", policy: "other" };
  const place = { direction: "ingress", list: "ingressDeny", index: 2, name: "", revision: 3 } as const;
  const denied = await askFlow(flow({ ruleNumber: 1, rule: { ...rule, ...place } }), historyAt(7), 7);
  assert.ok(denied.kind === "recorded");
  assert.match(
    denied.difference,
    /went by spec\.ingressDeny\[2\] of NetworkPolicy shop\/other, .* by no rule/,
  );
});

test("an answer is judged as what the one who opened the flow asked for", async () => {
  const back = { source: web, destination: ads, sourcePort: 80, destinationPort: 40_000 };
  const answer = await askFlow(
    flow({ ...back, state: "reply", verdict: "CUT", direction: "ingress" }),
    historyAt(7),
    7,
  );
  assert.ok(answer.kind === "recorded");
  assert.deepEqual([answer.from.name, answer.to.name, answer.port], ["shop/ads", "shop/web", 80]);
});

test("a drop that no policy decided says what it means, and who had an address that nobody has", async () => {
  const gone = { ...ads, endpoint: "", namespace: "", name: "", labels: {} };
  const lost = { reason: "drop_no_peer", direction: undefined, source: web, destination: gone, revision: 7 };
  const answer = await askFlow(flow(lost), historyAt(10), 10);
  assert.ok(answer.kind === "outcome");
  assert.match(answer.flow.meaning, /no container has it/);
  assert.deepEqual(
    answer.holders.map(({ name, released }) => [name, released?.revision]),
    [["shop/ads", 10]],
  );
  assert.deepEqual(
    answer.events.map(({ type, revision }) => [type, revision]),
    [["EndpointAttached", 4]],
  );
  assert.match(answerText(answer), /no policy decided this[\s\S]*released {2}revision 10/);
});

test("a flow is judged by the revision of the policy that judged it, else by that of its time", async () => {
  const at = async (time: Date) => time.getTime();
  assert.equal(await revisionFor(flow({}), at), 7);
  assert.equal(await revisionFor(flow({ reason: "drop_no_peer" }), at), 1_000_000);
  assert.equal(await revisionFor(flow({ revision: 0, verdict: "FORWARDED" }), at), 1_000_000);
});

test("names from elsewhere cannot write to the terminal", async () => {
  const source = end("web\u001b[2J", "", "192.0.2.1");
  const answer = await askFlow(
    flow({ reason: "drop_\u001b[2J", source: { ...source, endpoint: "x", namespace: "shop" } }),
    historyAt(7),
    7,
  );
  const text = answerText(answer);
  assert.match(text, /shop\/web\?\[2J -> shop\/web/);
  assert.ok(!text.includes("\u001b"));
});
