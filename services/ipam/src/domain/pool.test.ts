import assert from "node:assert/strict";
import { test } from "node:test";
import { specify } from "@weft/log/testing";
import { parsePrefix, prefixToBytes } from "@weft/netaddr";
import { type NewPoolEvent, type PoolCommand, poolDecider } from "./pool.ts";
import { poolFault } from "./pool-rules.ts";

const given = specify(poolDecider);
const mesh6 = "fd12:3456:789a::/48";

function wire(ipv6: string, ipv4?: string) {
  return {
    ipv6: prefixToBytes(parsePrefix(ipv6)),
    ...(ipv4 === undefined ? {} : { ipv4: prefixToBytes(parsePrefix(ipv4)) }),
  };
}
function pool(ipv6: string, ipv4?: string) {
  return { ipv6: parsePrefix(ipv6), ...(ipv4 === undefined ? {} : { ipv4: parsePrefix(ipv4) }) };
}
const defined = (ipv6: string, ipv4?: string): NewPoolEvent => ({
  type: "PoolDefined",
  data: wire(ipv6, ipv4),
});
const assigned = (host: string, ipv6: string, ipv4?: string): NewPoolEvent => ({
  type: "HostPrefixAssigned",
  data: { host, ...wire(ipv6, ipv4) },
});
const left = (host: string): NewPoolEvent => ({ type: "HostPrefixReleased", data: { host } });
const define = (ipv6: string, ipv4?: string): PoolCommand => ({ kind: "DefinePool", pool: pool(ipv6, ipv4) });
const assign = (host: string): PoolCommand => ({ kind: "AssignHostPrefix", host });

test("the first pool is put on record", () => {
  given().when(define(mesh6, "10.44.0.0/16")).then(defined(mesh6, "10.44.0.0/16"));
});

test("the same pool again is nothing, another one is refused", () => {
  given(defined(mesh6)).when(define(mesh6)).thenNothing();
  given(defined(mesh6))
    .when(define(mesh6, "10.44.0.0/16"))
    .thenRefused("ALREADY_EXISTS", /fd12:3456:789a::\/48/);
});

test("an impossible pool is refused with the field and what was expected", () => {
  const cases: [string, string | undefined, string, RegExp][] = [
    ["2001:db8::/48", undefined, "ipv6", /not within fd00::\/8/],
    ["fc12:3456:789a::/48", undefined, "ipv6", /not within fd00::\/8/],
    ["fd12:3456:789a::/64", undefined, "ipv6", /is a \/64/],
    ["10.0.0.0/8", undefined, "ipv6", /not IPv6/],
    [mesh6, "fd00::/16", "ipv4", /not IPv4/],
    [mesh6, "8.8.0.0/16", "ipv4", /not a private range/],
    [mesh6, "172.0.0.0/8", "ipv4", /not a private range/],
    [mesh6, "192.168.1.0/25", "ipv4", /too small/],
  ];
  for (const [ipv6, ipv4, field, message] of cases) {
    const fault = poolFault(pool(ipv6, ipv4));
    assert.equal(fault?.field, field, `${ipv6} ${ipv4}`);
    assert.match(fault?.message ?? "", message);
    assert.ok(fault?.expected);
    given().when(define(ipv6, ipv4)).thenRefused("INVALID_ARGUMENT", message);
  }
});

test("hosts get /64s from number 1 on, because number 0 is kept for virtual addresses", () => {
  given(defined(mesh6)).when(assign("h1")).then(assigned("h1", "fd12:3456:789a:1::/64"));
  given(defined(mesh6), assigned("h1", "fd12:3456:789a:1::/64"))
    .when(assign("h2"))
    .then(assigned("h2", "fd12:3456:789a:2::/64"));
});

test("a mesh with IPv4 gives every host a /24 too", () => {
  given(defined(mesh6, "10.44.0.0/16"), assigned("h1", "fd12:3456:789a:1::/64", "10.44.0.0/24"))
    .when(assign("h2"))
    .then(assigned("h2", "fd12:3456:789a:2::/64", "10.44.1.0/24"));
});

test("a host asking again keeps its prefixes", () => {
  given(defined(mesh6), assigned("h1", "fd12:3456:789a:1::/64")).when(assign("h1")).thenNothing();
});

test("before there is a pool no host gets a prefix", () => {
  given()
    .when(assign("h1"))
    .thenRefused("FAILED_PRECONDITION", /no address pool/);
});

test("the IPv4 pool bounds the hosts, and the refusal says how many there are", () => {
  given(
    defined(mesh6, "192.168.0.0/23"),
    assigned("h1", "fd12:3456:789a:1::/64", "192.168.0.0/24"),
    assigned("h2", "fd12:3456:789a:2::/64", "192.168.1.0/24"),
  )
    .when(assign("h3"))
    .thenRefused("RESOURCE_EXHAUSTED", /all 2 host prefixes/);
});

test("prefixes of a host that left are given again only when no others are left", () => {
  const two = [
    defined(mesh6, "192.168.0.0/23"),
    assigned("h1", "fd12:3456:789a:1::/64", "192.168.0.0/24"),
    left("h1"),
  ];
  given(...two)
    .when(assign("h2"))
    .then(assigned("h2", "fd12:3456:789a:2::/64", "192.168.1.0/24"));
  given(...two, assigned("h2", "fd12:3456:789a:2::/64", "192.168.1.0/24"))
    .when(assign("h3"))
    .then(assigned("h3", "fd12:3456:789a:1::/64", "192.168.0.0/24"));
});
