import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { createHosts } from "./create.ts";
import { hostNetns, netnsPathOf } from "./names.ts";
import { planHosts } from "./plan.ts";
import { findNamespaces, removeNamespaces } from "./remove.ts";

const skip = process.getuid?.() === 0 ? false : "makes network namespaces: needs root";

test("hosts reach each other in both families over a router, with no bridge, and go without a trace", {
  skip,
}, async () => {
  const mesh = `wt${process.pid}`;
  const hosts = planHosts(3);
  try {
    await createHosts(mesh, hosts);
    assert.equal((await findNamespaces(mesh)).length, 4);
    const run = (host: string, ...words: string[]) =>
      promisify(execFile)("nsenter", [`--net=${netnsPathOf(hostNetns(mesh, host))}`, ...words]);
    for (const target of [hosts[2]?.ipv4, hosts[2]?.ipv6]) {
      assert.match((await run("h1", "ping", "-c1", "-W5", `${target}`)).stdout, /1 received/);
    }
    assert.equal((await run("h1", "ip", "-j", "link", "show", "type", "bridge")).stdout.trim(), "[]");
  } finally {
    await removeNamespaces(mesh);
  }
  assert.deepEqual(await findNamespaces(mesh), []);
});
