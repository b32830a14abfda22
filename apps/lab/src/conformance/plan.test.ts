import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAddress, parsePrefix, prefixContains } from "@weft/netaddr";
import { type OracleMesh, oracle } from "@weft/policy/oracle";
import { planStep } from "./expect.ts";
import { planWorld } from "./plan.ts";
import { cellText, servedPorts } from "./ports.ts";
import { readCases } from "./read.ts";
import type { ConformanceCase } from "./schema.ts";
import { selectCases } from "./select.ts";
import { plainHosts, shippedCases } from "./testing.ts";
import { blocksOf, translatePolicy } from "./translate.ts";

const all = readCases(shippedCases(), "cases.json");

function planOf(cases: readonly ConformanceCase[], hosts: number) {
  return planWorld(cases, servedPorts(all, "cases.json"), plainHosts(hosts), "cases.json");
}

function stepOf(index: number) {
  const step = all.find((one) => one.index === index)?.steps[0];
  assert.ok(step);
  return step;
}

test("pods are spread over the hosts, and a pod of a later step has its place from the beginning", () => {
  const { pods } = planOf(all, 3);
  assert.equal(pods.size, 12);
  const counts = [...Map.groupBy(pods.values(), ({ host }) => host).values()].map((own) => own.length);
  assert.deepEqual(counts, [4, 4, 4]);
  assert.equal(new Set([...pods.values()].map(({ addresses }) => addresses?.ipv6)).size, 12);
});

test("without address blocks pods get whichever addresses there are", () => {
  const { pods } = planOf(selectCases(all, "1-20,205"), 2);
  assert.ok([...pods.values()].every(({ addresses }) => addresses === undefined));
});

for (const hosts of [1, 3]) {
  test(`on ${hosts} hosts every block and every except of the shipped cases has pods in it and beside it`, () => {
    const plan = planOf(all, hosts);
    const prefixes = plan.hosts.flatMap((host) => host.prefixes);
    const addresses = [...plan.pods.values()].flatMap(({ addresses }) =>
      [addresses?.ipv6 ?? "", addresses?.ipv4 ?? ""].map(parseAddress),
    );
    for (const index of [21, 22, 31, 32, 206, 210, 212, 214]) {
      const policies = stepOf(index).policies.map((policy) => translatePolicy(policy, plan.layout, prefixes));
      const blocks = blocksOf(policies).map(parsePrefix);
      assert.ok(blocks.length >= prefixes.length, `case ${index}: a block for each prefix of each host`);
      for (const family of [4, 6]) {
        const own = addresses.filter((address) => address.family === family);
        const inside = (address: (typeof own)[number]) =>
          blocks.some((block) => prefixContains(block, address));
        assert.ok(own.some(inside) && !own.every(inside), `case ${index}, IPv${family}`);
      }
    }
  });
}

test("an except really splits: some of the pods that the block holds may connect and others may not", () => {
  const plan = planOf(all, 3);
  const { cells, expectation } = planStep(stepOf(22), plan, [6, 4]);
  assert.equal(expectation, "recomputed");
  for (const family of [6, 4]) {
    const own = cells.filter((cell) => cell.family === family && cell.to === "x/a" && cell.port === 80);
    const tcp = own.filter(({ protocol, from }) => protocol === "TCP" && !from.startsWith("x/"));
    assert.deepEqual([...new Set(tcp.map(({ expected }) => expected))].sort(), ["allowed", "blocked"]);
  }
});

test("blocks of all addresses stay so, for each family, and the file's expectations hold", () => {
  const plan = planOf(all, 3);
  const { policies, expectation } = planStep(stepOf(205), plan, [6, 4]);
  assert.equal(expectation, "file");
  assert.deepEqual(blocksOf(policies), ["::/0", "0.0.0.0/0"]);
});

test("evaluated anew with the addresses that the file was made for, every case comes to what the file says", () => {
  const served = servedPorts(all, "cases.json");
  for (const { index, steps } of all) {
    for (const { policies, namespaces, pods, blocked } of steps) {
      const names = Object.keys(pods);
      const end = (id: string) => {
        const [namespace = ""] = id.split("/");
        const address = `192.168.1.${names.indexOf(id) + 1}`;
        return { namespace, labels: pods[id] ?? {}, address, ports: served };
      };
      const mesh = { policies: policies as OracleMesh["policies"], namespaces };
      const closed = names.flatMap((from) =>
        names.flatMap((to) =>
          served
            .filter((port) => !oracle(mesh, end(from), end(to), port))
            .map((port) => cellText(from, to, port)),
        ),
      );
      assert.deepEqual(closed.filter(isPair).sort(), blocked.filter(isPair).sort(), `case ${index}`);
    }
  }
});

function isPair(cell: string): boolean {
  const [from = "", to = ""] = cell.split(/[>:]/);
  return from !== to;
}

test("a range of cases is by index, and a range of none is refused", () => {
  assert.deepEqual(
    selectCases(all, "1-3,31").map(({ index }) => index),
    [1, 2, 3, 31],
  );
  for (const text of ["", "a", "3-1", "5000"]) assert.throws(() => selectCases(all, text), /case/);
});
