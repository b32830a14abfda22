import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Command } from "commander";
import type { Context } from "./context.ts";
import { makeProgram } from "./program.ts";
import { weft } from "./test/weft.ts";

test("every command tells its purpose and every option", async () => {
  for (const words of [[], ["lab"], ["lab", "up"], ["get"], ["trace"]]) {
    const { printed, status } = await weft([...words, "--help"]);
    assert.equal(status, 0);
    assert.match(printed, /Usage: weft/);
  }
});

test("-o json is an option of every command that prints a result of its own", () => {
  const leaves = (command: Command): Command[] =>
    command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
  const context = {} as Context;
  for (const command of leaves(makeProgram(context))) {
    if (command.name() === "exec") continue; // Its output is that of the command it runs.
    const option = command.options.find((one) => one.short === "-o");
    assert.ok(option?.argChoices?.includes("json"), command.name());
  }
});

test("a command that does not exist, a missing option and a wrong argument are usage errors: exit 2, nothing on stdout", async () => {
  for (const words of [
    ["nope"],
    ["apply"],
    ["get", "things"],
    ["lab", "run", "x"],
    ["lab", "up", "-f", "x", "--hosts", "0"],
  ]) {
    const { printed, said, status } = await weft(words);
    assert.equal(status, 2, words.join(" "));
    assert.equal(printed, "");
    assert.notEqual(said, "");
  }
});

test("without a mesh a command says so and how to get one: exit 1", async () => {
  for (const words of [
    ["status"],
    ["get", "endpoints"],
    ["log"],
    ["plan"],
    ["lab", "probe"],
    ["lab", "rm", "a/b"],
  ]) {
    const { said, status } = await weft(words);
    assert.equal(status, 1, words.join(" "));
    assert.match(said, /no mesh is up at .*expected weft up/);
  }
});

test("bad YAML names file, line and column, before any mesh is looked for: exit 2", async () => {
  const { said, status } = await weft(
    ["apply", "-f", "-"],
    "kind: NetworkPolicy\nmetadata: {name: a, name: b}\n",
  );
  assert.equal(status, 2);
  assert.match(said, /^stdin:2:21: metadata\.name: appears twice/);
});

test("lab up refuses a policy with an impossible CIDR by its place, and starts nothing", async () => {
  const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec:
  podSelector: {}
  ingress:
  - from:
    - ipBlock: {cidr: 10.0.0.0/33}
`;
  const { said, status } = await weft(["lab", "up", "-f", "-"], policy);
  assert.equal(status, 2);
  assert.match(said, /stdin:8:\d+: spec\.ingress\[0\]\.from\[0\]\.ipBlock\.cidr: /);
});

test("an impossible address pool is refused with what would be right: exit 2", async () => {
  for (const pool of ["fd00::/64", "2001:db8::/48", "10.0.0.0/8", "fd00::1/48", "nonsense"]) {
    const { said, status } = await weft(["lab", "demo", "--once", "--pool", pool]);
    assert.equal(status, 2, pool);
    assert.match(said, /--pool: .*expected/);
  }
});

test("apply takes no workloads, and says what runs them", async () => {
  const pod = "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c}]}}";
  const { said, status } = await weft(["apply", "-f", "-"], pod);
  assert.equal(status, 2);
  assert.match(said, /stdin:1:\d+: kind: Pod cannot be applied; weft lab up runs it/);
});

test("apply tells every finding of every document, not only the kinds it does not take", async () => {
  const pod = "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c}]}}";
  const policy =
    "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: net}, spec: {nonsense: 1}}";
  const { said, status } = await weft(["apply", "-f", "-"], `${policy}\n---\n${pod}\n---\n${policy}\n`);
  assert.equal(status, 2);
  const places = said.split("\n").map((line) => /^stdin:(\d+):\d+: (?:kind|spec)/.exec(line)?.[1]);
  assert.deepEqual([...new Set(places)], ["1", "3", "5"], said);
});

test("apply passes over what means nothing to a network, and refuses what is nothing else", async () => {
  const ignored =
    "{apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, metadata: {name: m}}\n---\n" +
    "{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: c}}\n---\n" +
    "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: 'system:a'}}\n";
  const only = await weft(["apply", "-f", "-"], ignored);
  assert.equal(only.status, 2);
  assert.match(
    only.said,
    /nothing to apply; .*CiliumNetworkPolicy default\/c: a policy of cilium.io, which Weft does not/,
  );
  const policy = "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: net}, spec: {}}";
  const { said, status } = await weft(["apply", "-f", "-"], `${ignored}---\n${policy}\n`);
  assert.equal(status, 1);
  assert.match(said, /^weft: no mesh is up/);
});

test("a template that was not rendered is refused with that, and its place", async () => {
  const text = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n";
  const { said, status } = await weft(["apply", "-f", "-"], text);
  assert.equal(status, 2);
  assert.match(said, /^stdin:4:9: this is a template that was not rendered \(expected .*helm template/);
});

test("a directory without manifests, and a file that is not there, are bad input", async () => {
  const directory = mkdtempSync(join(tmpdir(), "weft-cli-"));
  try {
    writeFileSync(join(directory, "notes.txt"), "x");
    assert.equal((await weft(["apply", "-f", directory])).status, 2);
    assert.equal((await weft(["apply", "-f", join(directory, "none.yaml")])).status, 2);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("input that means nothing is refused before any mesh is looked for: exit 2", async () => {
  const cases: [string[], RegExp][] = [
    [["get", "hosts", "--at", "-5"], /a revision .* or a time/],
    [["get", "hosts", "--at", "2026-13-01"], /a revision .* or a time/],
    [["log", "--from", "5", "--to", "3"], /--from: 5 comes after --to 3/],
    [["observe", "--from", "frontend"], /--from.*NAMESPACE\/NAME/],
    [["observe", "--since", "1h", "--until", "2h"], /--until: it comes before --since/],
    [["why", "--from", "a/b", "--to", "c/d"], /--port: is missing/],
    [["why", "--from", "a"], /NAMESPACE\/NAME, such as .*, or an IP address/],
    [["why", "--from", "a/b", "--to", "::1", "--port", "icmp/300"], /icmp\/TYPE/],
    [["up", "--host", "Bad_Name"], /--host.*63 of a-z, 0-9 and -/],
    [["up", "--nats", "localhost"], /--nats.*nats:\/\/HOST:PORT/],
    [["up", "--nats", "http://127.0.0.1:4222"], /--nats.*nats:\/\/HOST:PORT/],
    [["up", "--uplink", "none-such"], /--uplink: there is no device none-such/],
    [["up", "--uplink", "a/b"], /--uplink.*name of a device/],
    [["up", "--underlay", "here"], /--underlay.*IP address/],
    [["up", "--attach", "xdp"], /--attach.*tcx/],
    [
      ["up", "--uplink", "lo", "--state", `/tmp/${"x".repeat(120)}`],
      /--state: the path is \d+ bytes too long/,
    ],
    [["lab", "up", "-f", "x", "--hosts", "65"], /--hosts.*from 1 to 64/],
    [["lab", "up", "-f", "x", "--tunnel", "foo"], /--tunnel.*vxlan/],
    [["lab", "up", "-f", "x", "--underlay", "5"], /--underlay.*4, 6/],
    [["apply", "-f", "x", "--timeout", "soon"], /--timeout.*30s/],
    [["wait", "--timeout", "25h"], /--timeout.*at most 24h in the units h, m, s and ms/],
    [["status", "--timeout", "0s"], /--timeout.*longer than 0/],
    [["wait", "--revision", "0"], /--revision.*from 1/],
    [["plan", "--host", "Bad_Name"], /--host.*63 of/],
    [["lab", "run", "a/b", "-l", "a b=c"], /--labels.*a b/],
    [["lab", "run", "a/b", "-l", `a=${"x".repeat(64)}`], /--labels/],
    [["lab", "run", "a/b", "--listen", "tcp/0"], /--listen.*from 1 to 65535/],
    [["why", "--flow", "newest"], /--flow.*1042\.3/],
    [["why", "--flow", "1.0", "--at", "3"], /--at: a flow has it already/],
    [["policy", "try"], /-f: there is no candidate/],
    [["policy", "try", "--delete", "A/b"], /the NAME of a ClusterNetworkPolicy/],
    [["lab", "run", "a/b", "-l", "a=b,a=c"], /"a" appears twice/],
    [["lab", "exec", "a/b", "--"], /there is no command|missing required argument/],
    [["apply", "-f", "-"], /no manifest in standard input \(expected Kubernetes manifests/],
    [["lab", "demo", "--once", "--pool", "fd57:6566:7400::/48"], /--pool: .*between the hosts/],
    [["lab", "up", "-f", "x", "--pool4", "224.0.0.0/8"], /--pool4: .*multicast/],
  ];
  for (const [words, expected] of cases) {
    const { said, status } = await weft(words);
    assert.equal(status, 2, words.join(" "));
    assert.match(said, expected);
  }
});

test("a manifest that is not UTF-8 is refused with the place of the byte: exit 2", async () => {
  const { said, status } = await weft(["apply", "-f", "-"], Buffer.from("kind: é\nname: \xff\n", "latin1"));
  assert.equal(status, 2);
  assert.match(said, /^stdin:1:7: byte 6 is not UTF-8 .*expected text in UTF-8/);
});
