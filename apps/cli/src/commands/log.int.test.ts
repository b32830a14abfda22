import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeEvent, fold, subjects } from "@weft/log";
import { forge, startNats } from "@weft/log/testing";
import { meshProjection } from "@weft/model";
import { warnOnce } from "../mesh/point.ts";
import { printLog } from "./log.ts";

/** A log of three events: a policy, its removal by somebody whose it is not, and an event of a newer version. */
async function openForged() {
  const nats = await startNats();
  const compiler = await nats.connect("compiler");
  const data = { namespace: "ns", name: "p", kind: "NetworkPolicy", source: "{}", file: "a.yaml", line: 1 };
  await compiler.append({
    ...{ subject: subjects.policy("NetworkPolicy", "ns", "p"), expected: 0, actor: "cli:ann", cause: "test" },
    event: { type: "PolicyApplied", data },
  });
  const loader = await nats.connect("loader-a");
  const subject = "weft.log.endpoint.a.evil";
  const removal = encodeEvent({ type: "PolicyRemoved", data: { namespace: "ns", name: "p" } });
  await forge(loader, { subject, type: "weft.v1.PolicyRemoved", data: removal });
  await forge(loader, { subject, type: "weft.v1.HostRetired", data: new Uint8Array() });
  const log = await nats.connect("cli");
  return { log, [Symbol.asyncDispose]: () => nats[Symbol.asyncDispose]() };
}

function listen() {
  const printed: string[] = [];
  const said: string[] = [];
  return {
    printed,
    said,
    print: (text: string) => void printed.push(text),
    ready: async () => {},
    say: (text: string) => void said.push(text),
  };
}

test("log prints what cannot be read without its data and says why, and goes on to the end", async () => {
  await using forged = await openForged();
  for (const follow of [false, true]) {
    const output = listen();
    const options = { output: "json", to: 3, follow };
    await printLog(forged.log, options, AbortSignal.timeout(20_000), output);
    const events = output.printed.map((line) => JSON.parse(line));
    assert.deepEqual(
      events.map(({ revision, type, source, data }) => [revision, type, source, data?.name]),
      [
        [1, "PolicyApplied", "weft/compiler", "p"],
        [2, "PolicyRemoved", "", undefined],
        [3, "HostRetired", "", undefined],
      ],
    );
    assert.deepEqual([events[0].actor, events[1].data, events[2].data], ["cli:ann", null, null]);
    assert.equal(output.said.length, 2);
    assert.match(output.said[0] ?? "", /revision 2 on weft\.log\.endpoint\.a\.evil .*PolicyRemoved/);
    assert.match(output.said[1] ?? "", /revision 3 .*HostRetired/);
  }
  const text = listen();
  await printLog(forged.log, { output: "text" }, AbortSignal.timeout(20_000), text);
  assert.equal(text.printed.length, 3);
});

test("get leaves out what cannot be read, the policy stays, and one line says so", async () => {
  await using forged = await openForged();
  const output = listen();
  const { state } = await fold(forged.log, meshProjection, { onUnknown: warnOnce(output) });
  assert.deepEqual([...state.policies.keys()], ["NetworkPolicy/ns/p"]);
  assert.equal(output.said.length, 1);
  assert.match(output.said[0] ?? "", /without revision 2 /);
});
