import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { EndpointView } from "@weft/model";
import { accountOf, startAnswering, startAsking } from "./asking.ts";
import { type Mesh, openMesh, skip } from "./weft.ts";

const namespace = "{apiVersion: v1, kind: Namespace, metadata: {name: t, labels: {a: b}}}";
let mesh: Mesh;

interface Switched {
  readonly revision: number;
  readonly ipv4: string | null;
}

const turn = (to: string) => mesh.json<Switched>(["lab", "ipv4", "t/far", to]);

async function inFar(...words: readonly string[]): Promise<string> {
  return (await mesh.run(["lab", "exec", "t/far", "--", ...words])).stdout;
}

async function answered(address: string): Promise<number> {
  const ping = ["ping", "-q", "-c", "3", "-i", "0.05", "-W", "1", address];
  const { stdout } = await mesh.run(["lab", "exec", "t/near", "--", ...ping]);
  return Number(/(\d+) received/.exec(stdout)?.[1] ?? 0);
}

async function far(): Promise<EndpointView> {
  const found = (await mesh.json<EndpointView[]>(["get", "endpoints", "-o", "json"])).find(
    ({ name }) => name === "far",
  );
  assert.ok(found);
  return found;
}

/** An address that comes again is ipam's doing; what differs by attachment, programs in each other's place, one round shows. */
const rounds = { tcx: 3, clsact: 1 } as const;

/** Declares the tests for one way to attach programs. */
export function testIpv4(attach: "tcx" | "clsact"): void {
  before(async () => {
    if (skip !== false) return;
    mesh = await openMesh();
    await mesh.json(["lab", "up", "-f", "-", "--hosts", "2", "--attach", attach], namespace);
    await mesh.json(["lab", "run", "t/near", "-l", "app=near", "--host", "h1", "--ipv4"]);
    await mesh.json(["lab", "run", "t/far", "-l", "app=far", "--host", "h2"]);
  });
  after(async () => {
    if (skip === false) await mesh[Symbol.asyncDispose]();
  });

  test("IPv4 comes and goes while a container runs, and its IPv6 connections lose nothing by it", {
    skip,
    timeout: 120_000,
  }, async () => {
    const { ipv6, id } = await far();
    await using _answering = await startAnswering(mesh, "t/far", 7);
    await using asking = await startAsking(mesh, "t/near", ipv6 ?? "", 7);
    const devices = await inFar("ip", "-j", "link");
    const given: string[] = [];
    for (let round = 0; round < rounds[attach]; round += 1) {
      const on = await turn("on");
      assert.match(on.ipv4 ?? "", /^10\.77\./);
      const ipv4 = on.ipv4 ?? "";
      assert.ok(!given.includes(ipv4), "an address rests before it is given again");
      given.push(ipv4);
      assert.equal((await mesh.run(["status", "--wait"])).status, 0);
      assert.equal(await answered(ipv4), 3);
      assert.match(await inFar("ip", "-4", "addr", "show", "eth0"), new RegExp(`inet ${ipv4}/32`));
      assert.match(await inFar("ip", "-4", "route"), /default via 169\.254\.1\.1/);
      assert.equal((await far()).ipv4, ipv4);
      const off = await turn("off");
      assert.equal(off.ipv4, null);
      assert.ok(off.revision > on.revision);
      assert.equal((await mesh.run(["status", "--wait"])).status, 0);
      assert.equal(await answered(ipv4), 0);
      assert.equal(await inFar("ip", "-4", "addr", "show", "eth0"), "");
      assert.equal(await inFar("ip", "-4", "route"), "");
      assert.equal((await far()).ipv4, null);
    }
    assert.equal(await inFar("ip", "-j", "link"), devices, "the device is the one it was");
    const account = await accountOf(asking);
    assert.equal(account.tcpErrors, 0);
    assert.equal(account.tcpBack, account.tcpSent);
    assert.deepEqual(account.udpMissing, []);
    const leases = await mesh.json<{ owner: string; ipv4: string | null }[]>([
      "get",
      "addresses",
      "-o",
      "json",
    ]);
    assert.equal(leases.find(({ owner }) => owner === id)?.ipv4, null, "ipam has it back");
    for (const { operations } of await mesh.json<{ operations: string[] }[]>(["plan", "-o", "json"])) {
      assert.deepEqual(operations, []);
    }
  });

  test("switching to what is so already changes nothing, and an unknown container is said to be one", {
    skip,
  }, async () => {
    const before = (await far()).revision;
    assert.equal((await turn("off")).revision, before);
    const { status, stderr } = await mesh.run(["lab", "ipv4", "t/nobody", "on"]);
    assert.equal(status, 1);
    assert.match(stderr, /t\/nobody/);
  });

  test("a container without IPv4 has smaller programs than with it", { skip }, async () => {
    const sizes = async () => (await far()).programs.map(({ instructions }) => instructions);
    const without = await sizes();
    await turn("on");
    const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
    assert.ok(sum(without) < sum(await sizes()));
  });
}
