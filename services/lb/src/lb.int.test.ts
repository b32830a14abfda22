import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Log } from "@weft/log";
import { startNats } from "@weft/log/testing";
import { WeftError } from "@weft/netaddr";
import { type Client, connect, serve } from "@weft/rpc";
import { lbHandlers } from "./handlers.ts";

/** lb on a log of its own, and a caller. */
async function openLb() {
  const stack = new AsyncDisposableStack();
  try {
    const nats = stack.use(await startNats());
    const log = await nats.connect("lb");
    const directory = mkdtempSync(join(tmpdir(), "weft-lb-"));
    stack.defer(() => rmSync(directory, { recursive: true, force: true }));
    const socket = join(directory, "lb.sock");
    stack.use(await serve({ service: "LoadBalancer", socket, handlers: lbHandlers(log) }));
    const client: Client<"LoadBalancer"> = stack.use(connect("LoadBalancer", socket, { actor: "cli:test" }));
    return { log, client, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

function document(name: string, spec: string, file = "s.yaml") {
  return { file, text: `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: ${spec}\n` };
}
const web = (port: number) => document("web", `{ports: [{port: ${port}}], selector: {app: web}}`);
const api = document("api", "{ports: [{port: 9000, targetPort: grpc}]}");

async function types(log: Log): Promise<string[]> {
  const found: string[] = [];
  for await (const event of log.read({ subject: "weft.log.service.>" })) {
    found.push(`${event.type} ${event.subject.split(".").at(-1)} by ${event.actor}`);
  }
  return found;
}

const outcomes = (changes: readonly { name?: string | null; outcome?: string | null }[]) =>
  changes.map(({ name, outcome }) => `${name} ${outcome}`);

test("what is applied is on record and listed; the same again changes nothing", async () => {
  await using lb = await openLb();
  const created = await lb.client.apply({ documents: [web(80), api] });
  assert.deepEqual(outcomes(created.changes), ["web created", "api created"]);
  assert.equal(created.revision, 2);
  const again = await lb.client.apply({ documents: [web(80), document("api", "{ports: [{port: 9001}]}")] });
  assert.deepEqual(outcomes(again.changes), ["web unchanged", "api configured"]);
  for (const { revision, event } of again.changes)
    assert.equal(event, await lb.log.idAt(Number(revision)), "of each, the event");
  const same = await lb.client.apply({ documents: [web(80)] });
  assert.equal(same.revision, 1, "where it is on record");
  const deleted = await lb.client.delete({ documents: [api, document("none", "{}")] });
  assert.deepEqual(outcomes(deleted.changes), ["api deleted", "none not found"]);
  assert.deepEqual(await types(lb.log), [
    "ServiceApplied web by cli:test",
    "ServiceApplied api by cli:test",
    "ServiceApplied api by cli:test",
    "ServiceRemoved api by cli:test",
  ]);
  const { services, revision } = await lb.client.list({});
  assert.equal(revision, 4);
  assert.deepEqual(
    services.map(({ namespace, name, type, selector, ports }) => ({
      namespace,
      name,
      type,
      selector,
      ports: ports?.length,
    })),
    [{ namespace: "default", name: "web", type: "ClusterIP", selector: { app: "web" }, ports: 1 }],
  );
  assert.deepEqual((await lb.client.list({ namespace: "other" })).services, []);
});

test("a Service too long for the record is refused with its place and the limit, and nothing before it is appended", async () => {
  await using lb = await openLb();
  const long = { file: "b.yaml", text: `${api.text}# ${"x".repeat(256 * 1024)}\n` };
  await assert.rejects(lb.client.apply({ documents: [web(80), long] }), (error) => {
    assert.ok(error instanceof WeftError && error.code === "INVALID_ARGUMENT");
    const [finding] = error.diagnostics ?? [];
    assert.deepEqual([finding?.file, finding?.line], ["b.yaml", 1]);
    assert.match(finding?.expected ?? "", /at most 262144 bytes/);
    return true;
  });
  assert.equal(await lb.log.head(), 0);
});

test("a dry run tells what would happen and appends nothing", async () => {
  await using lb = await openLb();
  await lb.client.apply({ documents: [web(80)] });
  const dry = await lb.client.apply({ documents: [web(81), api], dryRun: true });
  assert.deepEqual(outcomes(dry.changes), ["web configured", "api created"]);
  assert.equal(dry.revision, 0);
  const removal = await lb.client.delete({ documents: [web(80)], dryRun: true });
  assert.deepEqual(outcomes(removal.changes), ["web deleted"]);
  assert.equal(await lb.log.head(), 1);
});

test("with any finding nothing is appended, and every finding has file, line, field and what was expected", async () => {
  await using lb = await openLb();
  const bad = document("bad", "{ports: [{port: 0}], selector: {app: -x}}", "bad.yaml");
  const refused = await lb.client.apply({ documents: [web(80), bad] }).then(
    () => assert.fail("was accepted"),
    (error: unknown) => error,
  );
  assert.ok(refused instanceof WeftError);
  assert.equal(refused.code, "INVALID_ARGUMENT");
  assert.match(refused.message, /^bad\.yaml:4:\d+: spec\.ports\[0\]\.port: is 0 \(expected/);
  assert.deepEqual(
    (refused.diagnostics ?? []).map(({ file, line, field, expected }) => [
      file,
      line,
      field,
      expected !== "",
    ]),
    [
      ["bad.yaml", 4, "spec.ports[0].port", true],
      ["bad.yaml", 4, "spec.selector.app", true],
    ],
  );
  assert.equal(await lb.log.head(), 0);
});
