import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import {
  type ContainerRecord,
  findContainer,
  forgetContainer,
  listContainers,
  noteContainer,
  reserveContainer,
} from "./record.ts";

function directory() {
  const path = mkdtempSync(join(tmpdir(), "weft-record-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

function container(name: string): ContainerRecord {
  const rest = { labels: {}, ports: [], identity: 256, ipv6: "fd00::1", ipv4: "", revision: 1 };
  return { id: "1", namespace: "n", name, host: "h1", netns: "/x", control: "/y", ...rest };
}

const taken = (error: unknown) => isWeftError(error, "ALREADY_EXISTS");

test("of many that reserve a name at once, exactly one gets it", async () => {
  using place = directory();
  const all = await Promise.allSettled(
    Array.from({ length: 20 }, () => reserveContainer(place.path, "n", "a")),
  );
  assert.equal(all.filter(({ status }) => status === "fulfilled").length, 1);
});

test("a noted container is found, by its owner only, and keeps its name until it is forgotten", async () => {
  using place = directory();
  await reserveContainer(place.path, "n", "a");
  assert.deepEqual(await listContainers(place.path), []);
  await noteContainer(place.path, container("a"));
  assert.deepEqual(await listContainers(place.path), [container("a")]);
  assert.deepEqual(await findContainer(place.path, "n", "a"), container("a"));
  assert.equal(statSync(join(place.path, "n_a.json")).mode & 0o777, 0o600);
  await assert.rejects(reserveContainer(place.path, "n", "a"), taken);
  await forgetContainer(place.path, "n", "a");
  await assert.rejects(findContainer(place.path, "n", "a"), (error) => isWeftError(error, "NOT_FOUND"));
  await reserveContainer(place.path, "n", "a");
});

test("the reservation of a process that has ended is void", async () => {
  using place = directory();
  writeFileSync(join(place.path, "n_a.json.new"), JSON.stringify({ pid: 1, started: 1 }));
  await reserveContainer(place.path, "n", "a");
  await assert.rejects(reserveContainer(place.path, "n", "a"), taken);
});
