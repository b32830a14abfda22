import assert from "node:assert/strict";
import { test } from "node:test";
import { type ProbeParty, planProbes } from "./plan.ts";

function party(name: string, ipv4 = "", protocol: "TCP" | "UDP" | "SCTP" = "TCP"): ProbeParty {
  return { name, control: "", ports: [{ protocol, port: 80 }], ipv6: `fd00::${name}`, ipv4 };
}

test("every container tries every port of every other one, but not its own", () => {
  const pairs = planProbes([party("a"), party("b"), party("c")]).map(({ from, to }) => from + to);
  assert.deepEqual(pairs, ["ab", "ac", "ba", "bc", "ca", "cb"]);
});

test("IPv4 is tried only where both ends have it", () => {
  const probes = planProbes([party("a", "10.0.0.1"), party("b", "10.0.0.2"), party("c")]);
  assert.deepEqual(
    probes.filter(({ family }) => family === 4).map(({ from, to, target }) => [from + to, target.address]),
    [
      ["ab", "10.0.0.2"],
      ["ba", "10.0.0.1"],
    ],
  );
  assert.equal(probes.filter(({ family }) => family === 6).length, 6);
});

test("a filter picks sources, targets and a port that nobody declared", () => {
  const probes = planProbes([party("a"), party("b"), party("c")], {
    from: "a",
    to: "c",
    port: { protocol: "UDP", port: 53 },
  });
  assert.deepEqual(
    probes.map(({ from, to, target }) => [from, to, target]),
    [["a", "c", { protocol: "udp", address: "fd00::c", port: 53 }]],
  );
});

test("ports of every protocol are tried", () => {
  const parties = [party("a", "", "UDP"), party("b", "", "SCTP")];
  assert.deepEqual(
    planProbes(parties).map(({ to, target }) => [to, target.protocol]),
    [
      ["b", "sctp"],
      ["a", "udp"],
    ],
  );
});
