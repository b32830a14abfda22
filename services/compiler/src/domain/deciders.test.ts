import { test } from "node:test";
import { specify } from "@weft/log/testing";
import { namespaceDecider } from "./namespace.ts";
import { objectDecider } from "./object.ts";
import { optionDecider } from "./option.ts";
import { policyDecider } from "./policy.ts";

const policy = specify(policyDecider);
const namespace = specify(namespaceDecider);
const option = specify(optionDecider);
const object = specify(objectDecider);

const place = { namespace: "shop", name: "web" };
const applied = (source: string) =>
  ({
    type: "PolicyApplied",
    data: { ...place, kind: "NetworkPolicy", source, file: "a.yaml", line: 1 },
  }) as const;
const policyKind = "NetworkPolicy";
const apply = (source: string) =>
  ({ kind: "Apply", policyKind, ...place, source, file: "a.yaml", line: 1 }) as const;
const removed = { type: "PolicyRemoved", data: { ...place, kind: policyKind } } as const;
const remove = { kind: "Remove", policyKind, ...place } as const;

test("a policy is on record with its text, file and line", () => {
  policy().when(apply("kind: a")).then(applied("kind: a"));
});

test("a policy of the cluster has no namespace, and its kind is on record with it", () => {
  const guard = { policyKind: "ClusterNetworkPolicy", namespace: "", name: "guard" } as const;
  const data = { kind: "ClusterNetworkPolicy", namespace: "", name: "guard" };
  const text = { source: "kind: a", file: "a.yaml", line: 1 };
  policy()
    .when({ kind: "Apply", ...guard, ...text })
    .then({ type: "PolicyApplied", data: { ...data, ...text } });
  policy({ type: "PolicyApplied", data: { ...data, ...text } })
    .when({ kind: "Remove", ...guard })
    .then({ type: "PolicyRemoved", data });
});

test("the same text from another place in another file changes nothing", () => {
  policy(applied("kind: a"))
    .when({ ...apply("kind: a"), file: "b.yaml", line: 9 })
    .thenNothing();
});

test("another text replaces the policy, be it only a comment", () => {
  policy(applied("kind: a")).when(apply("kind: a # why")).then(applied("kind: a # why"));
});

test("a policy that is not there is removed without a word", () => {
  policy().when(remove).thenNothing();
  policy(applied("kind: a"), removed).when(remove).thenNothing();
});

test("a policy is removed, and can come back with the same text", () => {
  policy(applied("kind: a")).when(remove).then(removed);
  policy(applied("kind: a"), removed).when(apply("kind: a")).then(applied("kind: a"));
});

test("a namespace's labels are those applied last, whatever their order", () => {
  const first = { type: "NamespaceApplied", data: { name: "shop", labels: { a: "1", b: "2" } } } as const;
  namespace(first)
    .when({ kind: "Apply", name: "shop", labels: { b: "2", a: "1" } })
    .thenNothing();
  namespace(first)
    .when({ kind: "Apply", name: "shop", labels: {} })
    .then({ type: "NamespaceApplied", data: { name: "shop", labels: {} } });
  namespace(first)
    .when({ kind: "Remove", name: "shop" })
    .then({ type: "NamespaceRemoved", data: { name: "shop" } });
});

test("a namespace without labels is still one", () => {
  const bare = { type: "NamespaceApplied", data: { name: "shop", labels: {} } } as const;
  namespace().when({ kind: "Apply", name: "shop", labels: {} }).then(bare);
  namespace(bare).when({ kind: "Apply", name: "shop", labels: {} }).thenNothing();
});

test("only settings that change are put on record", () => {
  const set = { type: "OptionsSet", data: { scope: "mesh", values: { ipv4: "on" } } } as const;
  option(set)
    .when({ kind: "Set", scope: "mesh", values: { ipv4: "on", tier: "generic" } })
    .then({ type: "OptionsSet", data: { scope: "mesh", values: { tier: "generic" } } });
  option(set)
    .when({ kind: "Set", scope: "mesh", values: { ipv4: "on" } })
    .thenNothing();
});

test("tunnels, underlays and lifetimes up to five days are settings", () => {
  const values = { tunnel: "geneve", underlay: "6", "lifetime.tcp-established": "432000" };
  option()
    .when({ kind: "Set", scope: "h1", values })
    .then({ type: "OptionsSet", data: { scope: "h1", values } });
});

test("the MTU of the network between hosts is a setting, and so is that nobody knows it", () => {
  for (const mtu of ["1280", "1500", "65535", "auto"]) {
    const data = { scope: "mesh", values: { mtu } };
    option()
      .when({ kind: "Set", ...data })
      .then({ type: "OptionsSet", data });
  }
});

test("an unknown setting, value or scope is refused by name", () => {
  const refused: [string, Record<string, string>, RegExp][] = [
    ["mesh", { colour: "red" }, /no option "colour"/],
    ["mesh", { ipv4: "perhaps" }, /ipv4 is "perhaps"/],
    ["mesh", { toString: "x" }, /no option "toString"/],
    ["mesh", { tunnel: "ipip" }, /tunnel is "ipip"/],
    ["mesh", { underlay: "5" }, /underlay is "5"/],
    ["mesh", { mtu: "1279" }, /mtu is "1279"/],
    ["mesh", { mtu: "65536" }, /mtu is "65536"/],
    ["mesh", { mtu: "big" }, /mtu is "big"/],
    ["mesh", { "tunnel-next": "settled" }, /tunnel-next is "settled"/],
    ["mesh", { "lifetime.tcp-opening": "0" }, /is "0"/],
    ["mesh", { "lifetime.udp-answered": "432001" }, /is "432001"/],
    ["mesh", { "lifetime.icmp": "1e3" }, /is "1e3"/],
    ["mesh", { "lifetime.never": "10" }, /no option/],
    ["a b", { ipv4: "on" }, /"a b" is no scope/],
  ];
  for (const [scope, values, message] of refused) {
    option().when({ kind: "Set", scope, values }).thenRefused("INVALID_ARGUMENT", message);
  }
});

test("the first result of a digest holds, whoever else built it", () => {
  const data = {
    digest: "ab",
    name: "container-ab.o",
    bytes: 10,
    kind: "container",
    compiler: "clang",
    durationUs: 5,
    content: "cd",
  };
  object().when({ kind: "Built", data }).then({ type: "ObjectBuilt", data });
  object({ type: "ObjectBuilt", data })
    .when({ kind: "Built", data: { ...data, durationUs: 9 } })
    .thenNothing();
  object({ type: "ObjectRefused", data: { digest: "ab", kind: "container", diagnostics: [] } })
    .when({ kind: "Built", data })
    .thenNothing();
});
