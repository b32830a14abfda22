import assert from "node:assert/strict";
import { test } from "node:test";
import type { Log } from "@weft/log";
import { startNats, type TestNats } from "@weft/log/testing";
import { connect, type ServiceName } from "@weft/rpc";
import { hostileCalls, startService, type TestService } from "@weft/rpc/testing";

const services = {
  identity: "Identity",
  ipam: "Ipam",
  lb: "LoadBalancer",
  compiler: "Compiler",
} as const satisfies Record<string, ServiceName>;

function start(nats: TestNats, name: keyof typeof services): Promise<TestService> {
  return startService({
    main: new URL(`../services/${name}/src/main.ts`, import.meta.url),
    name,
    natsUrl: nats.url,
    seedFile: `${nats.directory}/seeds/${name}.seed`,
  });
}

async function typesOf(log: Log): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of log.read()) types.push(type);
  return types;
}

for (const [name, service] of Object.entries(services) as [keyof typeof services, ServiceName][]) {
  test(`whatever is sent to ${name}, the answer says what is wrong with it, and nothing changes`, async () => {
    await using nats = await startNats();
    await using running = await start(nats, name);
    assert.deepEqual(await hostileCalls(service, running.socket), []);
    assert.equal(await (await nats.connect("cli")).head(), 0);
    assert.equal(await running.stop(), 0, "it lives on, and ends when it is told to");
  });
}

test("the same asked twice, or many times at once, is put on record once", async () => {
  await using nats = await startNats();
  await using identity = await start(nats, "identity");
  await using ipam = await start(nats, "ipam");
  await using lb = await start(nats, "lb");
  const actor = { actor: "test" };
  using numbers = connect("Identity", identity.socket, actor);
  using addresses = connect("Ipam", ipam.socket, actor);
  using balancer = connect("LoadBalancer", lb.socket, actor);
  const many = async <T>(call: () => Promise<T>): Promise<void> => {
    const answers = await Promise.all(Array.from({ length: 16 }, call));
    for (const answer of [...answers, await call()]) assert.deepEqual(pure(answer), pure(answers[0]));
  };
  const ipv6 = { address: Uint8Array.of(0xfd, 1, ...Array(14).fill(0)), length: 48 };
  const text = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n";
  await many(() => numbers.allocate({ sets: [{ labels: { app: "web" } }] }));
  await many(() => addresses.definePool({ ipv6 }));
  await many(() => addresses.assignHostPrefix({ host: "h1" }));
  await many(() => addresses.lease({ host: "h1", wishes: [{ owner: "c1" }] }));
  await many(async () => (await balancer.apply({ documents: [{ file: "a.yaml", text }] })).revision);
  assert.deepEqual(await typesOf(await nats.connect("cli")), [
    "IdentitiesAllocated",
    "PoolDefined",
    "HostPrefixAssigned",
    "AddressesLeased",
    "ServiceApplied",
  ]);
});

/** Without what only protobufjs sees. */
function pure(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer));
}
