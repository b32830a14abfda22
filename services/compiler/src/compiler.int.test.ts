import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { readSources } from "@weft/datapath/sources";
import { type Log, objectsBucket, type Recorded, subjects } from "@weft/log";
import { appendNext, startNats } from "@weft/log/testing";
import {
  addressToBytes,
  isWeftError,
  parseAddress,
  parsePrefix,
  prefixToBytes,
  WeftError,
} from "@weft/netaddr";
import { connect, serve } from "@weft/rpc";
import { openBuilder } from "./builder.ts";
import { type Compiled, compile, compileWithin, contentOf, openToolchain } from "./clang.ts";
import { compilerHandlers } from "./handlers.ts";

const policy = (name: string, more = "") => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}
  namespace: shop
spec:
  podSelector: {}
${more}`;
const document = (text: string) => ({ file: "a.yaml", text });

async function openService(log: Log, compiled?: typeof compile) {
  const sources = await readSources();
  const toolchain = await openToolchain(sources);
  const more = compiled === undefined ? {} : { compile: compiled };
  const folder = await mkdtemp(join(tmpdir(), "wt-compiler-"));
  const socket = join(folder, "compiler.sock");
  const handlers = compilerHandlers(
    log,
    openBuilder({ log, sources, toolchain: async () => toolchain, ...more }),
  );
  const server = await serve({ service: "Compiler", socket, handlers });
  const client = connect("Compiler", socket, { actor: "test", deadlineMs: 30_000 });
  return {
    client,
    async [Symbol.asyncDispose]() {
      client.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function all(log: Log, subject: string): Promise<Recorded[]> {
  return await Array.fromAsync(log.read({ subject }));
}

test("applying says what changed and at which revision it is on record; again changes nothing and says the same", async () => {
  await using nats = await startNats();
  const log = await nats.connect("compiler");
  await using service = await openService(log);
  const documents = [document(`${policy("a")}---\n${policy("b")}`)];
  const outcomes = async (verb: "apply" | "delete", dryRun = false, texts = documents) => {
    const { changes, revision } = await service.client[verb]({ documents: texts, dryRun });
    for (const each of changes.filter((one) => one.revision))
      assert.equal(each.event, await log.idAt(Number(each.revision)));
    assert.equal(
      changes.reduce((most, each) => Math.max(most, Number(each.revision)), 0),
      revision,
    );
    return [...changes.map(({ name, outcome }) => `${name} ${outcome}`), revision];
  };
  assert.deepEqual(await outcomes("apply", true), ["a created", "b created", 0]);
  assert.equal(await log.head(), 0);
  assert.deepEqual(await outcomes("apply"), ["a created", "b created", 2]);
  assert.deepEqual(await outcomes("apply"), ["a unchanged", "b unchanged", 2]);
  const changed = [document(policy("b", "  ingress: []\n"))];
  assert.deepEqual(await outcomes("apply", false, changed), ["b configured", 3]);
  assert.deepEqual(await outcomes("delete"), ["a deleted", "b deleted", 5]);
  assert.deepEqual(await outcomes("delete"), ["a not found", "b not found", 5]);
  assert.deepEqual(await outcomes("delete", false, [document(policy("never"))]), ["never not found", 0]);
  const [first] = await all(log, "weft.log.policy.shop.a");
  assert.deepEqual([first?.actor, first?.type], ["test", "PolicyApplied"]);
});

test("policies of every kind are put on record and taken off it, each by itself though they have one name", async () => {
  await using nats = await startNats();
  const log = await nats.connect("compiler");
  await using service = await openService(log);
  const weft = policy("a").replace("networking.k8s.io", "weft.dev");
  const cluster = `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata:
  name: a
spec: { tier: Admin, priority: 1, subject: { namespaces: {} } }
`;
  const documents = [document(`${policy("a")}---\n${weft}---\n${cluster}`)];
  const namesOf = ({ changes }: Awaited<ReturnType<typeof service.client.apply>>) =>
    changes.map(({ kind, namespace, name, outcome }) => [kind, namespace, name, outcome].join(" "));
  assert.deepEqual(namesOf(await service.client.apply({ documents })), [
    "NetworkPolicy shop a created",
    "NetworkPolicy.weft.dev shop a created",
    "ClusterNetworkPolicy  a created",
  ]);
  const subjects = (await all(log, "weft.log.policy.>")).map(({ subject }) => subject);
  assert.deepEqual(subjects, [
    "weft.log.policy.shop.a",
    "weft.log.policy.shop.a.NetworkPolicy%2Eweft%2Edev",
    "weft.log.policy.-.a.ClusterNetworkPolicy",
  ]);
  assert.deepEqual(namesOf(await service.client.delete({ documents: [document(weft)] })), [
    "NetworkPolicy.weft.dev shop a deleted",
  ]);
  assert.deepEqual(namesOf(await service.client.apply({ documents })), [
    "NetworkPolicy shop a unchanged",
    "NetworkPolicy.weft.dev shop a created",
    "ClusterNetworkPolicy  a unchanged",
  ]);
});

test("one finding in one of many documents, and nothing is appended", async () => {
  await using nats = await startNats();
  const log = await nats.connect("compiler");
  await using service = await openService(log);
  const documents = [document(policy("a")), { file: "b.yaml", text: policy("b", "  egres: []\n") }];
  await assert.rejects(service.client.apply({ documents }), (error) => {
    assert.ok(isWeftError(error, "INVALID_ARGUMENT"));
    const [finding] = error.diagnostics ?? [];
    assert.deepEqual([finding?.file, finding?.line, finding?.field], ["b.yaml", 8, "spec.egres"]);
    return true;
  });
  assert.equal(await log.head(), 0);
});

test("a finding names the line of the file in which a document starts further down", async () => {
  await using nats = await startNats();
  const log = await nats.connect("compiler");
  await using service = await openService(log);
  const documents = [{ file: "b.yaml", text: policy("b", "  egres: []\n"), line: 1001 }];
  await assert.rejects(service.client.apply({ documents }), (error) => {
    assert.ok(isWeftError(error, "INVALID_ARGUMENT"));
    assert.deepEqual([error.diagnostics?.[0]?.line, error.diagnostics?.[0]?.column], [1008, 3]);
    return true;
  });
  await service.client.apply({ documents: [{ ...documents[0], text: policy("b") }] });
  const [event] = await all(log, "weft.log.policy.>");
  assert.ok(event?.type === "PolicyApplied");
  assert.deepEqual([event.data.line, event.data.source.startsWith("apiVersion")], [1001, true]);
});

test("a caller that leaves takes its documents along: the rest is not put on record, and others are answered", async () => {
  await using nats = await startNats();
  const log = await nats.connect("compiler");
  await using service = await openService(log);
  const many = 20_000;
  const documents = Array.from({ length: many }, (_, n) => document(policy(`p${n}`)));
  const leaving = new AbortController();
  const left = service.client.apply({ documents }, { signal: leaving.signal, deadlineMs: 120_000 });
  const cancelled = assert.rejects(left, (error) => isWeftError(error, "CANCELLED"));
  while ((await log.head()) === 0) await delay(5);
  leaving.abort();
  await cancelled;
  const { changes } = await service.client.apply({ documents: [document(policy("other"))] });
  assert.deepEqual(
    changes.map(({ outcome }) => outcome),
    ["created"],
  );
  assert.ok((await log.head()) < many, "it went on without its caller");
});

test("a policy too long for the record is refused with its place and the limit, and nothing before it is appended", async () => {
  await using nats = await startNats();
  const log = await nats.connect("compiler");
  await using service = await openService(log);
  for (const bytes of [256 * 1024, 2 * 1024 * 1024]) {
    const long = { file: "b.yaml", text: `${policy("b")}# ${"x".repeat(bytes)}\n` };
    await assert.rejects(service.client.apply({ documents: [document(policy("a")), long] }), (error) => {
      assert.ok(isWeftError(error, "INVALID_ARGUMENT"));
      const [finding] = error.diagnostics ?? [];
      assert.deepEqual([finding?.file, finding?.line], ["b.yaml", 1]);
      assert.match(finding?.expected ?? "", /at most 262144 bytes/);
      return true;
    });
  }
  assert.equal(await log.head(), 0);
});

const cidrs = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => {
    const n = first + index;
    return `        - ipBlock: { cidr: 198.${18 + (n >> 15)}.${(n >> 7) & 255}.${(n & 127) * 2}/32 }`;
  }).join("\n");

/** Container shop/web of host h1, with what has to be on record before it. */
async function attachWeb(log: Log): Promise<void> {
  const prefix = (text: string) => prefixToBytes(parsePrefix(text));
  const ipv6 = addressToBytes(parseAddress("fd00:1:0:1::10"));
  const labels = { "io.kubernetes.pod.namespace": "shop" };
  await appendNext(log, { type: "PoolDefined", data: { ipv6: prefix("fd00:1::/48") } });
  await appendNext(log, {
    type: "HostPrefixAssigned",
    data: { host: "h1", ipv6: prefix("fd00:1:0:1::/64") },
  });
  await appendNext(
    log,
    { type: "AddressesLeased", data: { leases: [{ owner: "c1", ipv6 }] } },
    subjects.leases("h1"),
  );
  await appendNext(log, { type: "IdentitiesAllocated", data: { allocations: [{ identity: 256, labels }] } });
  const data = { host: "h1", id: "c1", namespace: "shop", name: "web", identity: 256, slot: 1, ipv6 };
  await appendNext(log, { type: "EndpointAttached", data: { ...data, mac: new Uint8Array(6) } });
}

test("a policy too large for the containers it selects is refused with the numbers, alone or with others", async () => {
  await using nats = await startNats({ hosts: ["h1"] });
  const log = await nats.connect("compiler");
  await using service = await openService(log);
  const large = (name: string, first: number, count: number) =>
    document(policy(name, `  ingress:\n    - from:\n${cidrs(first, count)}\n`));
  const refused = (text: ReturnType<typeof document>, dryRun: boolean, numbers: RegExp) =>
    assert.rejects(service.client.apply({ documents: [text], dryRun }), (error) => {
      assert.ok(isWeftError(error, "RESOURCE_EXHAUSTED"));
      assert.match(error.message, numbers);
      const [finding] = error.diagnostics ?? [];
      assert.deepEqual([finding?.file, finding?.line, finding?.field], ["a.yaml", 7, "spec"]);
      return true;
    });

  await refused(
    large("huge", 0, 5000),
    false,
    /5000 address prefixes, a container has 4096; nothing was changed/,
  );
  assert.equal(await log.head(), 0);
  await service.client.apply({ documents: [large("one", 0, 3000)] });
  // Nobody is selected by both yet, and one alone is not too large.
  const other = large("two", 3000, 3000);
  assert.equal((await service.client.apply({ documents: [other], dryRun: true })).changes.length, 1);

  await attachWeb(await nats.connect("admin"));
  const head = await log.head();
  for (const dryRun of [true, false]) await refused(other, dryRun, /c1 need 6000 address prefixes/);
  assert.equal(await log.head(), head);
  const smaller = await service.client.apply({ documents: [large("one", 0, 1000), other] });
  assert.deepEqual(
    smaller.changes.map(({ outcome }) => outcome),
    ["configured", "created"],
  );
});

test("settings are put on record, unknown ones are refused", async () => {
  await using nats = await startNats();
  const log = await nats.connect("compiler");
  await using service = await openService(log);
  const set = (values: Record<string, string>) => service.client.setOptions({ scope: "mesh", values });
  assert.equal((await set({ ipv4: "on" })).revision, 1);
  assert.equal((await set({ ipv4: "on" })).revision, 0);
  await assert.rejects(set({ ipv5: "on" }), (error) => isWeftError(error, "INVALID_ARGUMENT"));
  assert.equal(await log.head(), 1);
});

test("two replicas asked for one shape at once put one object on record, and both answer it", async () => {
  await using nats = await startNats();
  const logs = [await nats.connect("compiler"), await nats.connect("compiler")] as const;
  let compiled = 0;
  const counting: typeof compile = (...given) => {
    compiled += 1;
    return compile(...given);
  };
  await using one = await openService(logs[0], counting);
  await using two = await openService(logs[1], counting);
  const askers = [one, one, one, two, two];
  const answers = await Promise.all(askers.map(({ client }) => client.build({ entry: "uplink" })));
  const [first, ...others] = answers;
  for (const other of others) assert.deepEqual(other, first);
  assert.ok(compiled <= 2, `${compiled} compilations`);
  const events = await all(logs[0], "weft.log.object.>");
  assert.deepEqual(
    events.map(({ type }) => type),
    ["ObjectBuilt"],
  );
  const [event] = events;
  assert.ok(event?.type === "ObjectBuilt");
  const bytes = await logs[1].objects(objectsBucket).get(event.data.name);
  assert.ok(bytes !== undefined);
  assert.deepEqual([contentOf(bytes), bytes.length], [event.data.content, event.data.bytes]);
  assert.equal((await two.client.build({ entry: "uplink" })).revision, event.revision);
});

test("an object that the store lost, or has other bytes of, is compiled again and put back as it is on record", async () => {
  await using nats = await startNats();
  const log = await nats.connect("compiler");
  const store = log.objects(objectsBucket);
  const ask = async () => {
    await using service = await openService(log);
    return (await service.client.build({ entry: "uplink" })).revision;
  };
  assert.equal(await ask(), 1);
  const [event] = await all(log, "weft.log.object.>");
  assert.ok(event?.type === "ObjectBuilt");
  const { name, content } = event.data;
  await store.put(name, Buffer.from("swapped"));
  assert.equal(await ask(), 1);
  assert.equal((await store.info(name))?.sha256, content);
  assert.equal(await log.head(), 1);

  await store.put(name, Buffer.from("swapped"));
  const other = async (): Promise<Compiled> => ({
    kind: "Object",
    bytes: Buffer.from("other"),
    durationUs: 1,
  });
  await using service = await openService(log, other);
  await assert.rejects(service.client.build({ entry: "uplink" }), (error) => isWeftError(error, "INTERNAL"));
});

test("what clang refuses is on record with file and line, and is not tried again", async () => {
  await using nats = await startNats();
  const log = await nats.connect("compiler");
  let tries = 0;
  const failing = async (): Promise<Compiled> => {
    tries += 1;
    const diagnostics = [{ file: "lib/a.h", line: 3, column: 4, field: "", message: "no" }];
    return { kind: "Errors", diagnostics };
  };
  for (let replica = 0; replica < 2; replica += 1) {
    await using service = await openService(log, failing);
    const { diagnostics, revision } = await service.client.build({ entry: "uplink" });
    assert.deepEqual([diagnostics[0]?.file, diagnostics[0]?.line, revision], ["lib/a.h", 3, 1]);
  }
  assert.equal(tries, 1);
});

test("what the compiler does not come to an end with is told, is not on record, and is not tried again at once", async () => {
  await using nats = await startNats();
  const log = await nats.connect("compiler");
  const request = { entry: "container", policy: {} };
  let tries = 0;
  const failing = async (): Promise<Compiled> => {
    tries += 1;
    const error = new WeftError("RESOURCE_EXHAUSTED", "too large or too deep for the compiler", {
      expected: "less",
    });
    return { kind: "Fault", error };
  };
  for (let replica = 1; replica <= 2; replica += 1) {
    await using service = await openService(log, failing);
    for (let time = 0; time < 3; time += 1) {
      await assert.rejects(service.client.build(request), (error) => {
        assert.ok(isWeftError(error, "RESOURCE_EXHAUSTED"));
        assert.deepEqual([error.message, error.expected], ["too large or too deep for the compiler", "less"]);
        return true;
      });
    }
    assert.equal(tries, replica);
  }
  assert.equal(await log.head(), 0);
  await using service = await openService(log);
  assert.equal((await service.client.build(request)).revision, 1);
});

test("a compiler that a busy machine gave no time is tried again at once", async () => {
  await using nats = await startNats();
  const log = await nats.connect("compiler");
  const [sources, actor] = [await readSources(), "test"];
  const toolchain = await openToolchain(sources);
  const limits = { cpuSeconds: 5, memoryBytes: 2 ** 30, outputBytes: 2 ** 22, timeoutMs: 60_000 };
  let tries = 0;
  const busy: typeof compile = (inputs) => {
    tries += 1;
    return compileWithin({ ...limits, timeoutMs: tries === 1 ? 1 : limits.timeoutMs }, inputs);
  };
  const builder = openBuilder({ log, sources, toolchain: async () => toolchain, compile: busy });
  const build = () => builder.build({ entry: "container", policy: {} }, { actor, cause: "test" });
  await assert.rejects(build(), { code: "DEADLINE_EXCEEDED", message: /did not come to an end in time/ });
  assert.equal((await build()).revision, 1);
});

test("one caller's builds that go on and on do not keep another's waiting", async () => {
  await using nats = await startNats();
  const log = await nats.connect("compiler");
  const [sources, gate] = [await readSources(), Promise.withResolvers<Compiled>()];
  const toolchain = await openToolchain(sources);
  const hostile = (rule: number) => {
    const verdicts = [{ allow: true, rule }];
    const table = { enforced: true, identityClasses: 1, addressClasses: 1, portClasses: 1, verdicts };
    return { entry: "container", policy: { ingress: table } };
  };
  const slow: typeof compile = (inputs) => (inputs.entry === "container" ? gate.promise : compile(inputs));
  const builder = openBuilder({ log, sources, toolchain: async () => toolchain, compile: slow });
  const held = [1, 2, 3, 4].map((rule) => builder.build(hostile(rule), { actor: "hostile", cause: "test" }));
  const other = await builder.build({ entry: "uplink" }, { actor: "loader/h1", cause: "test" });
  assert.equal(other.revision, 1);
  gate.resolve({ kind: "Fault", error: new WeftError("RESOURCE_EXHAUSTED", "too much") });
  for (const { status } of await Promise.allSettled(held)) assert.equal(status, "rejected");
});

test("a shape that cannot be is refused before anything is compiled or appended", async () => {
  await using nats = await startNats();
  const log = await nats.connect("compiler");
  await using service = await openService(log, () => assert.fail("compiled"));
  const bad = { ingress: { enforced: true, identityClasses: 2 } };
  for (const request of [
    { entry: "nothing" },
    { entry: "../x" },
    { entry: "uplink", policy: {} },
    { entry: "container", policy: bad },
  ]) {
    await assert.rejects(service.client.build(request), (error) => isWeftError(error, "INVALID_ARGUMENT"));
  }
  assert.equal(await log.head(), 0);
});

test("a caller who has gone before a build begins leaves nothing that is being built", async () => {
  await using nats = await startNats();
  const log = await nats.connect("compiler");
  const sources = await readSources();
  const toolchain = await openToolchain(sources);
  let tries = 0;
  const failing = async (): Promise<Compiled> => {
    tries += 1;
    throw new Error("nobody waits for this");
  };
  const builder = openBuilder({ log, sources, toolchain: async () => toolchain, compile: failing });
  const asked = { actor: "test", cause: "test" };
  const gone = builder.build({ entry: "uplink" }, { ...asked, signal: AbortSignal.abort() });
  await assert.rejects(gone, { name: "AbortError" });
  await assert.rejects(builder.build({ entry: "uplink" }, asked), /nobody waits/);
  assert.equal(tries, 1);
});
