import assert from "node:assert/strict";
import { test } from "node:test";
import { formatPath } from "@weft/manifest";
import { parseAddress } from "@weft/netaddr";
import { viewOf } from "../../test/world.ts";
import { reservedIdentities } from "../view.ts";
import { explain } from "./explain.ts";
import { flip } from "./flip.ts";

const pod = (namespace: string, name: string, labels: Record<string, string>, n: number) => ({
  namespace,
  name,
  labels,
  addresses: [`fd00::${n}`],
  ports: [{ name: "web", protocol: "TCP" as const, port: 8080 }],
});
const policy = (name: string, spec: object) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace: "shop" },
  spec: { policyTypes: ["Ingress"], ...spec },
});
const view = viewOf({
  namespaces: { shop: { team: "blue" }, ops: { team: "red" } },
  pods: [
    pod("shop", "cart", { app: "cart" }, 1),
    pod("shop", "cart-canary", { app: "cart", track: "canary" }, 2),
    pod("shop", "ads", { app: "ads" }, 3),
    pod("ops", "ads", { app: "ads" }, 4),
    pod("shop", "open", { app: "open" }, 5),
  ],
  policies: [
    policy("cart", {
      podSelector: { matchLabels: { app: "cart" } },
      ingress: [
        { from: [{ podSelector: { matchLabels: { app: "ops" } } }], ports: [{ port: 9 }] },
        {
          from: [{ ipBlock: { cidr: "10.0.0.0/8" } }, { podSelector: { matchLabels: { app: "ads" } } }],
          ports: [{ protocol: "UDP", port: 8080 }, { port: "metrics" }],
        },
      ],
    }),
    policy("cart-blocks", {
      podSelector: { matchLabels: { app: "cart" } },
      ingress: [
        { from: [{ ipBlock: { cidr: "fd00::/64", except: ["fd00::4/127"] } }], ports: [{ port: 80 }] },
      ],
    }),
  ],
});
const [cart, , ads, opsAds, open] = view.endpoints;
if (!cart || !ads || !opsAds || !open) throw new Error("the world is smaller than it was written");
const tcp = (port: number) => ({ protocol: "TCP" as const, port });

test("of a default denial the rule that is off the least comes first, with each field that failed", () => {
  const { ingress, egress } = explain({ from: ads, to: cart, ...tcp(8080) }, view);
  assert.deepEqual([egress.ground, ingress.ground], ["unselected", "default"]);
  assert.deepEqual(
    ingress.policies.map(({ name, rules }) => [name, rules]),
    [
      ["cart", 2],
      ["cart-blocks", 1],
    ],
  );
  const shown = ingress.nearest.map(({ ref, misses }) => [
    `${ref.policy}[${ref.index}]`,
    ...misses.map(({ path, message }) => `${formatPath(path)}: ${message}`),
  ]);
  assert.deepEqual(shown, [
    ["cart[1]", "spec.ingress[1].ports[0].protocol: is of UDP, the flow is TCP"],
    ["cart-blocks[0]", "spec.ingress[0].ports[0].port: wants tcp/80, the flow asks for tcp/8080"],
    [
      "cart[0]",
      "spec.ingress[0].from[0].podSelector: wants app=ops, the peer has app=ads",
      "spec.ingress[0].ports[0].port: wants tcp/9, the flow asks for tcp/8080",
    ],
  ]);
});

test("an address in an exception, a container of another namespace and somebody outside are told apart", () => {
  const messages = (from: Parameters<typeof explain>[0]["from"]) =>
    explain({ from, to: cart, ...tcp(80) }, view).ingress.nearest.flatMap(({ misses }) =>
      misses.map(({ kind, message }) => `${kind}: ${message}`),
    );
  const near = messages(opsAds);
  assert.equal(near[0], "except: leaves out fd00::4/127, and the peer is fd00::4");
  assert.ok(
    near.includes(
      "namespace: without a namespaceSelector only containers of namespace shop are meant, and the peer is in ops",
    ),
  );
  const outside = messages({ identity: reservedIdentities.world, address: parseAddress("2001:db8::1") });
  assert.equal(outside[0], "address: wants an address in fd00::/64, the peer is 2001:db8::1");
  assert.ok(outside.includes("outside: selects containers, and 2001:db8::1 is none"));
  assert.ok(outside.includes("port-name: the receiver declares no TCP port named metrics"));
});

test("what would allow a flow is one policy for exactly its ends, and not for those that have more labels", () => {
  const explanation = explain({ from: opsAds, to: cart, ...tcp(8080) }, view);
  const change = flip(explanation, view, { from: "ops/ads", to: "shop/cart" });
  assert.deepEqual(change.apply, [
    `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: shop-cart-from-ops-ads-tcp-8080
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: cart
    matchExpressions:
      - key: track
        operator: DoesNotExist
  policyTypes:
    - Ingress
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ops
          podSelector:
            matchLabels:
              app: ads
      ports:
        - protocol: TCP
          port: 8080
`,
  ]);
});

test("somebody outside is allowed by the one address, in the family that was asked for", () => {
  const from = { identity: reservedIdentities.world, address: parseAddress("2001:db8::1") };
  const [text = ""] = flip(explain({ from, to: cart, ...tcp(8080) }, view), view).apply;
  assert.match(text, /- from:\n {8}- ipBlock:\n {12}cidr: 2001:db8::1\/128\n/);
});

test("a container that no policy selects takes everything, and says so", () => {
  const { allowed, ingress } = explain({ from: ads, to: open, ...tcp(1) }, view);
  assert.deepEqual([allowed, ingress.ground, ingress.policies], [true, "unselected", []]);
});

test("a host reaches its containers whatever policies say", () => {
  const from = { identity: reservedIdentities.host, address: parseAddress("fe80::1") };
  assert.equal(explain({ from, to: cart, ...tcp(1) }, view).ingress.ground, "trusted");
});
