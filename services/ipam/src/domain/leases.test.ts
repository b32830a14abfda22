import { test } from "node:test";
import { specify } from "@weft/log/testing";
import { addressToBytes, parseAddress, parsePrefix } from "@weft/netaddr";
import type { Wish } from "./choose.ts";
import { restMs } from "./lease-state.ts";
import { type LeaseCommand, leaseDecider, type NewLeaseEvent } from "./leases.ts";

const given = specify(leaseDecider);
const both = { ipv6: parsePrefix("fd00:0:0:1::/64"), ipv4: parsePrefix("10.0.1.0/24") };
const only6 = { ipv6: both.ipv6 };
const now = 1_000_000_000;

const six = (n: number) => `fd00:0:0:1::${n.toString(16)}`;
const bytes = (text: string) => addressToBytes(parseAddress(text));
function leased(...leases: [owner: string, ipv6: string, ipv4?: string][]): NewLeaseEvent {
  return {
    type: "AddressesLeased",
    data: {
      leases: leases.map(([owner, ipv6, ipv4]) => ({
        owner,
        ipv6: bytes(ipv6),
        ipv4: ipv4 === undefined ? new Uint8Array() : bytes(ipv4),
      })),
    },
  };
}
const released = (releasedAtMs: number, ...owners: string[]): NewLeaseEvent => ({
  type: "AddressesReleased",
  data: { owners, releasedAtMs },
});
const wish = (owner: string, more: Partial<Wish> = {}): Wish => ({
  owner,
  ipv4: false,
  field: "wishes[0]",
  ...more,
});
const lease = (...wishes: Wish[]): LeaseCommand => ({ kind: "Lease", prefixes: both, wishes, nowMs: now });
const release = (...owners: string[]): LeaseCommand => ({
  kind: "Release",
  owners,
  ipv4Only: false,
  nowMs: now,
});

test("the first address of a host is the 17th of its /64", () => {
  given()
    .when(lease(wish("a")))
    .then(leased(["a", six(16)]));
});

test("addresses go up, and one event serves many wishes", () => {
  given(leased(["a", six(16)]))
    .when(lease(wish("b"), wish("c", { ipv4: true })))
    .then(leased(["b", six(17)], ["c", six(18), "10.0.1.1"]));
});

test("asking twice is not an error, and changes nothing", () => {
  given(leased(["a", six(16), "10.0.1.1"]))
    .when(lease(wish("a", { ipv4: true }), wish("a")))
    .thenNothing();
});

test("an owner with IPv6 alone gets IPv4 later and keeps its IPv6", () => {
  given(leased(["a", six(16)], ["b", six(17)]))
    .when(lease(wish("a", { ipv4: true })))
    .then(leased(["a", six(16), "10.0.1.1"]));
});

test("an owner gives back its IPv4 alone, keeps its IPv6, and gets an IPv4 again that is not the resting one", () => {
  const back = {
    type: "AddressesReleased",
    data: { owners: ["a"], releasedAtMs: now, ipv4Only: true },
  } as const;
  const history = [leased(["a", six(16), "10.0.1.1"], ["b", six(17)])];
  const give: LeaseCommand = { kind: "Release", owners: ["a", "b"], ipv4Only: true, nowMs: now };
  given(...history)
    .when(give)
    .then(back);
  given(...history, back)
    .when(give)
    .thenNothing();
  given(...history, back)
    .when(lease(wish("a", { ipv4: true })))
    .then(leased(["a", six(16), "10.0.1.2"]));
});

test("a released address is not handed out again while a packet may still come", () => {
  const history = [leased(["a", six(16), "10.0.1.254"]), released(now - restMs + 1, "a")];
  given(...history)
    .when(lease(wish("b", { ipv4Address: parseAddress("10.0.1.254") })))
    .thenRefused("FAILED_PRECONDITION", /released by a and rests for another 1 s/);
  given(...history)
    .when(lease(wish("b", { ipv6Address: parseAddress(six(16)) })))
    .thenRefused("FAILED_PRECONDITION");
});

test("after its rest a released address is as good as a fresh one", () => {
  given(leased(["a", six(16), "10.0.1.254"]), released(now - restMs, "a"))
    .when(lease(wish("b", { ipv4Address: parseAddress("10.0.1.254") })))
    .then(leased(["b", six(17), "10.0.1.254"]));
});

test("the owner itself gets its resting address back when it asks for it", () => {
  given(leased(["a", six(16)]), released(now, "a"))
    .when(lease(wish("a", { ipv6Address: parseAddress(six(16)) })))
    .then(leased(["a", six(16)]));
});

test("addresses go round: after the last comes the first free one", () => {
  given(leased(["a", six(16), "10.0.1.1"], ["z", six(17), "10.0.1.254"]))
    .when(lease(wish("b", { ipv4: true })))
    .then(leased(["b", six(18), "10.0.1.2"]));
});

test("a host without free IPv4 addresses says how many are held and how many rest", () => {
  const all = Array.from({ length: 254 }, (_, n): [string, string, string] => [
    `o${n}`,
    six(16 + n),
    `10.0.1.${n + 1}`,
  ]);
  given(leased(...all), released(now - 10, "o7", "o9"))
    .when(lease(wish("b", { ipv4: true })))
    .thenRefused("RESOURCE_EXHAUSTED", /all 254 addresses of 10.0.1.0\/24 are taken: 252 held, 2 released/);
});

test("one wish that cannot be had refuses the whole call", () => {
  given(leased(["a", six(16)]))
    .when(lease(wish("b"), wish("c", { ipv6Address: parseAddress(six(16)) })))
    .thenRefused("ALREADY_EXISTS", /held by a/);
});

test("two owners of one call cannot have the same exact address", () => {
  const exact = { ipv6Address: parseAddress(six(0x99)) };
  given()
    .when(lease(wish("a", exact), wish("b", exact)))
    .thenRefused("ALREADY_EXISTS", /held by a/);
});

test("an exact address outside of what the host may lease is refused with the range", () => {
  for (const text of ["fd00:0:0:2::5", six(15), "fd00:0:0:1:ffff:ffff:ffff:ff80"]) {
    given()
      .when(lease(wish("a", { ipv6Address: parseAddress(text) })))
      .thenRefused("INVALID_ARGUMENT");
  }
  given()
    .when(lease(wish("a", { ipv4Address: parseAddress("10.0.1.255") })))
    .thenRefused("INVALID_ARGUMENT");
});

test("an owner cannot move to another exact address while it holds one", () => {
  given(leased(["a", six(16)]))
    .when(lease(wish("a", { ipv6Address: parseAddress(six(20)) })))
    .thenRefused("FAILED_PRECONDITION", /a holds fd00:0:0:1::10/);
});

test("IPv4 on a mesh without IPv4 is refused", () => {
  const command: LeaseCommand = {
    kind: "Lease",
    prefixes: only6,
    wishes: [wish("a", { ipv4: true })],
    nowMs: now,
  };
  given()
    .when(command)
    .thenRefused("FAILED_PRECONDITION", /no IPv4/);
});

test("release takes what is held, and releasing twice is not an error", () => {
  given(leased(["a", six(16)]))
    .when(release("a", "a", "never"))
    .then(released(now, "a"));
  given(leased(["a", six(16)]), released(1, "a"))
    .when(release("a"))
    .thenNothing();
});

test("the end of a /64 costs no more than its beginning", () => {
  const last = "fd00:0:0:1:ffff:ffff:ffff:ff7f";
  given(leased(["a", six(16)], ["z", last]))
    .when(lease(wish("b")))
    .then(leased(["b", six(17)]));
});
