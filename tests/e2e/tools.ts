import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { startServers } from "./asking.ts";
import { eventually } from "./wait.ts";
import { type Mesh, openMesh, skip } from "./weft.ts";

// What people use on any network, between containers of one host and of two, over every tunnel.

const exec = promisify(execFile);
const namespace = "{apiVersion: v1, kind: Namespace, metadata: {name: t, labels: {a: b}}}";

interface Container {
  readonly ipv6: string;
  readonly ipv4: string;
}

let mesh: Mesh;
const containers: Record<string, Container> = {};

async function inMe(...words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await mesh.run(["lab", "exec", "t/me", "--", ...words]);
  assert.equal(status, 0, `${words.join(" ")}: ${stdout}${stderr}`);
  return stdout;
}

async function pings(address: string): Promise<void> {
  assert.match(await inMe("ping", "-c", "3", "-i", "0.05", "-W", "2", address), / 0% packet loss/);
  // A packet that has to be taken apart on the way, and put together again.
  assert.match(
    await inMe("ping", "-c", "2", "-i", "0.05", "-W", "2", "-s", "3000", address),
    / 0% packet loss/,
  );
}

async function traces(address: string, hops: number): Promise<void> {
  const lines = (await inMe("traceroute", "-n", "-q", "1", "-w", "2", address)).trim().split("\n").slice(1);
  assert.equal(lines.length, hops, lines.join("\n"));
  assert.ok(!lines.join("\n").includes("*"), lines.join("\n"));
  assert.ok(lines.at(-1)?.includes(address));
}

async function asks(address: string): Promise<void> {
  const host = address.includes(":") ? `[${address}]` : address;
  assert.equal(await inMe("curl", "-sS", "--max-time", "5", `http://${host}/`), "hello\n");
  const family = address.includes(":") ? "6" : "4";
  const request = "printf 'GET / HTTP/1.0\\r\\n\\r\\n'";
  assert.match(await inMe("sh", "-c", `${request} | nc -${family} -N -w 5 ${address} 80`), /hello/);
  const program = `const dns = require("node:dns").promises; const resolver = new dns.Resolver({timeout: 2000, tries: 1});
    resolver.setServers(["${address}"]); resolver.resolve6("weft.test").then((found) => console.log(found[0]))`;
  assert.equal((await inMe(process.execPath, "-e", program)).trim(), "2001:db8::53");
}

interface Report {
  readonly error?: string;
  readonly end: { readonly sum_received?: { readonly bytes: number } };
}

/** So many bytes by TCP; answers what iperf3 counted. The server ends by itself. */
async function measures(
  target: string,
  address: string,
  ...words: readonly string[]
): Promise<Report["end"]> {
  const server = mesh.run(["lab", "exec", `t/${target}`, "--", "timeout", "20", "iperf3", "-s", "-1"]);
  const command = ["timeout", "15", "iperf3", "-J", "-c", address, ...words];
  const { end } = await eventually("iperf3 has a server to talk to", async () => {
    const { status, stdout } = await mesh.run(["lab", "exec", "t/me", "--", ...command]);
    const report = status === 0 ? (JSON.parse(stdout) as Report) : undefined;
    // With -J, iperf3 ends with status 0 whatever became of it.
    return report?.error === undefined ? report : undefined;
  });
  await server;
  return end;
}

/** What is still on its way at the end is not counted; a connection whose large segments vanish gets nothing through. */
const manyBytes = 30_000_000;

async function streams(target: string, address: string, ...words: readonly string[]): Promise<void> {
  const { sum_received } = await measures(target, address, "-n", `${manyBytes}`, ...words);
  assert.ok(
    (sum_received?.bytes ?? 0) > manyBytes / 3,
    `${address} ${words.join(" ")}: ${sum_received?.bytes}`,
  );
}

/** VXLAN over IPv4 is what the mesh begins with. */
const tunnels = {
  tcx: [
    ["geneve", "4"],
    ["geneve", "6"],
    ["gre", "6"],
    ["gre", "4"],
    ["none", "4"],
    ["none", "6"],
    ["vxlan", "6"],
  ],
  // The same programs, hung up elsewhere: each tunnel, and each family of the outer header.
  clsact: [
    ["geneve", "6"],
    ["gre", "4"],
    ["none", "6"],
  ],
} as const;

/** Declares the tests for one way to attach programs. */
export function testTools(attach: "tcx" | "clsact"): void {
  before(async () => {
    if (skip !== false) return;
    mesh = await openMesh();
    await mesh.json(["lab", "up", "-f", "-", "--hosts", "2", "--ipv4", "--attach", attach], namespace);
    for (const [name, host] of [
      ["me", "h1"],
      ["neighbour", "h1"],
      ["far", "h2"],
    ] as const) {
      containers[name] = await mesh.json<Container>(["lab", "run", `t/${name}`, "--host", host]);
    }
  });
  after(async () => {
    if (skip === false) await mesh[Symbol.asyncDispose]();
  });

  for (const [target, hops] of [
    ["neighbour", 2],
    ["far", 2],
  ] as const) {
    test(`ping, traceroute, curl, nc and DNS work towards ${target === "far" ? "another host" : "the same host"}`, {
      skip,
      timeout: 120_000,
    }, async () => {
      await using _servers = await startServers(mesh, `t/${target}`);
      for (const address of [containers[target]?.ipv6 ?? "", containers[target]?.ipv4 ?? ""]) {
        await pings(address);
        await traces(address, hops);
        await asks(address);
      }
      await streams(target, containers[target]?.ipv6 ?? "");
    });
  }

  for (const [tunnel, underlay] of tunnels[attach]) {
    test(`large packets and many of them pass by ${tunnel} over IPv${underlay}`, {
      skip,
      timeout: 120_000,
    }, async () => {
      await mesh.json(["option", "set", `tunnel=${tunnel}`, `underlay=${underlay}`]);
      assert.equal((await mesh.run(["status", "--wait"])).status, 0);
      for (const address of [containers.far?.ipv6 ?? "", containers.far?.ipv4 ?? ""]) {
        await pings(address);
        await streams("far", address);
      }
    });
  }

  test("no bridge, no tunnel device and no netfilter rule is in any namespace of a mesh", {
    skip,
  }, async () => {
    const { mesh: name } = await mesh.json<{ mesh: string }>(["status", "-o", "json"]);
    const { stdout } = await exec("ip", ["-j", "netns"]);
    const own = (JSON.parse(stdout) as { name: string }[]).filter((one) =>
      one.name.startsWith(`weft-${name}-`),
    );
    assert.equal(own.length, 3 + 3, "two hosts, the router between them, three containers");
    for (const { name: netns } of own) {
      const links = await exec("ip", ["-n", netns, "-d", "-j", "link"]);
      const kinds = (JSON.parse(links.stdout) as { ifname: string; linkinfo?: { info_kind?: string } }[])
        .filter(({ ifname }) => ifname !== "lo")
        .map(({ linkinfo }) => linkinfo?.info_kind);
      assert.deepEqual([...new Set(kinds)], ["veth"], netns);
      for (const table of ["ip_tables_names", "ip6_tables_names"]) {
        const tables = await exec("ip", ["netns", "exec", netns, "cat", `/proc/net/${table}`]).catch(
          () => undefined,
        );
        assert.equal(tables?.stdout ?? "", "", `${netns} ${table}`);
      }
      const rules = await exec("ip", ["netns", "exec", netns, "nft", "list", "ruleset"]);
      assert.equal(rules.stdout, "", netns);
    }
  });
}
