import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress, parseAddress } from "@weft/netaddr";
import { chooseUnderlays, type HeldAddress, missingOf, type Underlays } from "./underlay.ts";

const held = (...texts: readonly string[]): HeldAddress[] =>
  texts.map((text) => {
    const [address = "", ...marks] = text.split(" ");
    return {
      address: parseAddress(address),
      onUplink: !marks.includes("elsewhere"),
      lasting: !marks.includes("passing"),
    };
  });
const told = (...texts: readonly string[]) => texts.map(parseAddress);
const show = (found: Underlays | undefined) =>
  found &&
  [found.underlay, found.underlay4, found.underlay6].map((one) => one && formatAddress(one)).join(" ");

test("a host is reached at what was asked for while it has that, on any device, and else at the uplink's own", () => {
  const all = held("192.0.2.1", "192.0.2.9", "192.0.2.3 elsewhere", "2001:db8::1");
  assert.equal(show(chooseUnderlays(all, told("192.0.2.9"), undefined)), "192.0.2.9 192.0.2.9 2001:db8::1");
  assert.equal(show(chooseUnderlays(all, told("192.0.2.3"), undefined)), "192.0.2.3 192.0.2.3 2001:db8::1");
  assert.equal(show(chooseUnderlays(all, told("192.0.2.7"), undefined)), "192.0.2.1 192.0.2.1 2001:db8::1");
  assert.deepEqual(missingOf(all, told("192.0.2.7", "192.0.2.3")).map(formatAddress), ["192.0.2.7"]);
});

test("an address in use stays in use while it is there, whatever comes beside it", () => {
  const before = chooseUnderlays(held("192.0.2.1", "2001:db8::1"), [], undefined);
  const more = held("192.0.2.0", "192.0.2.1", "2001:db8::", "2001:db8::1");
  assert.equal(show(chooseUnderlays(more, [], before)), "192.0.2.1 192.0.2.1 2001:db8::1");
  assert.equal(
    show(chooseUnderlays(held("192.0.2.0", "2001:db8::"), [], before)),
    "192.0.2.0 192.0.2.0 2001:db8::",
  );
});

test("an address that will not last is taken only when there is no other", () => {
  const mixed = held("2001:db8::1 passing", "2001:db8::2");
  assert.equal(show(chooseUnderlays(mixed, [], undefined)), "2001:db8::2  2001:db8::2");
  assert.equal(show(chooseUnderlays(held("2001:db8::1 passing"), [], undefined)), "2001:db8::1  2001:db8::1");
});

test("the family in use stays until it has no address, and one without a router is none", () => {
  const before = chooseUnderlays(held("2001:db8::1"), told("2001:db8::1"), undefined);
  assert.equal(
    show(chooseUnderlays(held("192.0.2.1", "2001:db8::2"), [], before)),
    "2001:db8::2 192.0.2.1 2001:db8::2",
  );
  assert.equal(show(chooseUnderlays(held("192.0.2.1", "fe80::1"), [], before)), "192.0.2.1 192.0.2.1 ");
  assert.equal(chooseUnderlays(held("fe80::1", "169.254.0.1", "192.0.2.1 elsewhere"), [], before), undefined);
});
