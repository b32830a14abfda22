import assert from "node:assert/strict";
import { test } from "node:test";
import { containerNetns, fabricNetns, hostNetns, isOfMesh } from "./names.ts";
import { planHosts } from "./plan.ts";

test("a mesh knows its own namespaces and nobody else's", () => {
  for (const name of [fabricNetns("lab"), hostNetns("lab", "h12"), containerNetns("lab", "0af3")]) {
    assert.ok(isOfMesh("lab", name), name);
    assert.ok(!isOfMesh("la", name), name);
    assert.ok(!isOfMesh("lab-c", name), name);
  }
  for (const name of ["weft-lab-other", "weft-lab", "lab-fabric", "weft-lab-c-a-b", "weft-lab2-h1"]) {
    assert.ok(!isOfMesh("lab", name), name);
  }
});

test("every host's link has two addresses of a family that differ in the last bit only", () => {
  const hosts = planHosts(64);
  for (const { ipv4, fabricIpv4, ipv6, fabricIpv6 } of hosts) {
    const last = (address: string, base: number) => Number.parseInt(address.split(/[.:]/).at(-1) ?? "", base);
    assert.equal(last(ipv4, 10), last(fabricIpv4, 10) + 1);
    assert.equal(last(ipv6, 16), last(fabricIpv6, 16) + 1);
    assert.equal(last(fabricIpv4, 10) % 2, 0);
  }
  assert.equal(new Set(hosts.flatMap(({ ipv4, fabricIpv4 }) => [ipv4, fabricIpv4])).size, 128);
});
