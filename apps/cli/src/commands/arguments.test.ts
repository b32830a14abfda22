import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidArgumentError } from "commander";
import {
  containerArgument,
  durationArgument,
  durationOrLookArgument,
  flowPortArgument,
  hostsArgument,
  labelsArgument,
  policyArgument,
  portsArgument,
  revisionArgument,
} from "./arguments.ts";

function refused(run: () => unknown): void {
  assert.throws(run, InvalidArgumentError);
}

test("NAMESPACE/NAME needs both parts, in the letters of Kubernetes", () => {
  assert.deepEqual(containerArgument("default/frontend"), { namespace: "default", name: "frontend" });
  for (const text of ["frontend", "a/b/c", "/b", "a/", "A/b", "a/../b", "a/b_c"])
    refused(() => containerArgument(text));
});

test("ports are tcp/80 or udp/53, several by commas", () => {
  assert.deepEqual(portsArgument("tcp/80,UDP/53"), [
    { protocol: "TCP", port: 80 },
    { protocol: "UDP", port: 53 },
  ]);
  for (const text of ["80", "tcp/0", "tcp/65536", "icmp/1", "tcp/80/x", "tcp/"])
    refused(() => portsArgument(text));
});

test("labels add up over options, and the last option with a key counts; twice in one option is refused", () => {
  const first = labelsArgument("app=a,tier=web");
  assert.deepEqual(labelsArgument("app=b,empty=", first), { app: "b", tier: "web", empty: "" });
  for (const text of ["app", "=a", "a=b,a=c", "a=b,a=b"]) refused(() => labelsArgument(text));
});

test("a flow asks for a port, or for an ICMP message by type and code", () => {
  assert.deepEqual(flowPortArgument("tcp/80"), { protocol: "TCP", port: 80 });
  assert.deepEqual(flowPortArgument("icmp/8"), { protocol: "ICMP", port: 0x800 });
  assert.deepEqual(flowPortArgument("ICMP/3/4"), { protocol: "ICMP", port: 0x304 });
  for (const text of ["icmp", "icmp/", "icmp/256", "icmp/3/4/5", "icmp/-1", "tcp/0"])
    refused(() => flowPortArgument(text));
});

test("a policy is named with its namespace, and one of the cluster without", () => {
  assert.deepEqual(policyArgument("shop/web.v1"), { namespace: "shop", name: "web.v1" });
  assert.deepEqual(policyArgument("guard"), { namespace: "", name: "guard" });
  for (const text of ["", "/web", "shop/", "a/b/c", "Shop/web", "shop/web_1"])
    refused(() => policyArgument(text));
});

test("a time is written as in Go, or in seconds", () => {
  const cases = {
    "30s": 30_000,
    "30": 30_000,
    "1m30s": 90_000,
    "500ms": 500,
    "1.5s": 1500,
    "24h": 86_400_000,
  };
  for (const [text, ms] of Object.entries(cases)) assert.equal(durationArgument(text), ms, text);
  for (const text of ["", "s", "30x", "-1s", "1 s", "s30", "30s ", "25h", "1e3", "30S", "1d"])
    assert.throws(
      () => durationArgument(text),
      /It must be a time of at most 24h in the units h, m, s and ms/,
    );
});

test("no time is no time to do something in: 0 is for who only looks", () => {
  for (const text of ["0", "0s", "0ms", "0h0m"]) {
    assert.throws(() => durationArgument(text), /longer than 0/);
    assert.equal(durationOrLookArgument(text), 0);
  }
});

test("a revision is a number from 1, and a lab has 1 to 64 hosts", () => {
  assert.equal(revisionArgument("17"), 17);
  for (const text of ["0", "-1", "1.5", "x", ""]) refused(() => revisionArgument(text));
  assert.equal(hostsArgument("64"), 64);
  refused(() => hostsArgument("65"));
});
