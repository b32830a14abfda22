import assert from "node:assert/strict";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import { choosePool } from "./pool.ts";

const underlays = ["192.168.255.0/24", "fd57:6566:7400::/64"];

function refused(run: () => unknown, field: string): void {
  assert.throws(
    run,
    (error) =>
      isWeftError(error, "INVALID_ARGUMENT") && error.field === field && error.expected !== undefined,
  );
}

test("a pool that holds addresses between the hosts, or lies among them, is refused", () => {
  refused(() => choosePool("fd57:6566:7400::/48", undefined, underlays), "--pool");
  refused(() => choosePool(undefined, "192.168.0.0/16", underlays), "--pool4");
  refused(() => choosePool(undefined, "10.1.0.0/16", ["10.0.0.0/8"]), "--pool4");
  assert.deepEqual(choosePool("fd57:6566:7401::/48", "192.168.0.0/17", underlays), {
    ipv6: "fd57:6566:7401::/48",
    ipv4: "192.168.0.0/17",
  });
});

test("a pool of addresses that no container can have is refused", () => {
  for (const pool of [
    "0.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "224.0.0.0/8",
    "239.1.0.0/16",
    "240.0.0.0/8",
  ]) {
    refused(() => choosePool(undefined, pool), "--pool4");
  }
});

test("without a choice the pool is a /48 of one's own and 10.77.0.0/16", () => {
  const first = choosePool(undefined, undefined, underlays);
  assert.match(first.ipv6, /^fd[0-9a-f:]+\/48$/);
  assert.equal(first.ipv4, "10.77.0.0/16");
  assert.notEqual(choosePool(undefined, undefined).ipv6, first.ipv6);
});
