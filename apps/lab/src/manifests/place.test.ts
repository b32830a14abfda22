import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOne } from "./place.ts";

const hosts = ["h1", "h2", "h3"];

function spread(names: readonly string[], load: (host: string) => number): number[] {
  const placed = names.map((name) => placeOne(name, hosts, load));
  return hosts.map((host) => placed.filter((one) => one === host).length);
}

const names = Array.from({ length: 300 }, (_, index) => `default/c${index}`);

test("containers that are placed at the same time, by the same counts, spread over the hosts", () => {
  for (const count of spread(names, () => 7)) assert.ok(count > 60 && count < 140, `${count}`);
});

test("one after the other, no host ever has more than two containers more than another", () => {
  const loads = new Map(hosts.map((host) => [host, 0]));
  for (const name of names) {
    const host = placeOne(name, hosts, (one) => loads.get(one) ?? 0);
    loads.set(host, (loads.get(host) ?? 0) + 1);
    assert.ok(Math.max(...loads.values()) - Math.min(...loads.values()) <= 2);
  }
});

test("a host that is much fuller than another gets none", () => {
  assert.equal(spread(names, (host) => (host === "h2" ? 9 : 3))[1], 0);
});
