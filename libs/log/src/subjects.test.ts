import assert from "node:assert/strict";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import fc from "fast-check";
import { checkSubject, fromSubjectToken, subjectMatches, subjects, subjectToken } from "./subjects.ts";
import { anyName } from "./testing-events.ts";

test("a name read back from its subject token is the same name, and the token is one token", () => {
  fc.assert(
    fc.property(anyName, (name) => {
      const token = subjectToken(name);
      assert.equal(fromSubjectToken(token), name);
      assert.doesNotMatch(token, /[.*>\s]/);
      checkSubject(subjects.namespace(name));
    }),
  );
  assert.equal(subjectToken("web.example 1%"), "web%2Eexample%201%25");
  assert.throws(
    () => subjectToken(""),
    (error) => isWeftError(error, "INVALID_ARGUMENT"),
  );
});

test("every aggregate has an exact subject of its own", () => {
  assert.equal(subjects.endpoint("h1", "c.1"), "weft.log.endpoint.h1.c%2E1");
  assert.equal(subjects.pool(), "weft.log.ipam");
  assert.equal(subjects.leases("h1"), "weft.log.ipam.h1");
  for (const wrong of [
    "weft.log",
    "weft.log.",
    "weft.log.a..b",
    "weft.log.*",
    "weft.log.>",
    "other.a",
    "weft.log.a b",
  ]) {
    assert.throws(
      () => checkSubject(wrong),
      (error) => isWeftError(error, "INVALID_ARGUMENT"),
      wrong,
    );
  }
});

test("policies of different kinds have subjects of their own, whatever they are called", () => {
  assert.equal(subjects.policy("NetworkPolicy", "shop", "web"), "weft.log.policy.shop.web");
  assert.equal(
    subjects.policy("NetworkPolicy.weft.dev", "shop", "web"),
    "weft.log.policy.shop.web.NetworkPolicy%2Eweft%2Edev",
  );
  assert.equal(
    subjects.policy("ClusterNetworkPolicy", "", "web"),
    "weft.log.policy.-.web.ClusterNetworkPolicy",
  );
  assert.throws(
    () => subjects.policy("NetworkPolicy", "", "web"),
    (error) => isWeftError(error, "INVALID_ARGUMENT"),
  );
});

test("filters match as NATS matches them", () => {
  for (const [filter, subject, matches] of [
    [">", "a", true],
    ["a.>", "a", false],
    ["a.>", "a.b.c", true],
    ["a.*", "a.b", true],
    ["a.*", "a.b.c", false],
    ["a.*.c", "a.b.c", true],
    ["a.b", "a.b", true],
    ["a.b", "a", false],
    ["a.b.*", "a.b", false],
  ] as const) {
    assert.equal(subjectMatches(filter, subject), matches, `${filter} ${subject}`);
  }
});
