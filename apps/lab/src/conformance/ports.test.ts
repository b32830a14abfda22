import assert from "node:assert/strict";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import { servedPorts, triedPorts } from "./ports.ts";
import { readCases } from "./read.ts";
import { oneStep, shippedCases } from "./testing.ts";

function served(text: string): string[] {
  return servedPorts(readCases(text, "f.json"), "f.json").map(({ name }) => name);
}

test("the shipped cases are of pods that serve three protocols on two ports", () => {
  assert.deepEqual(served(shippedCases()), [
    ...["serve-80-tcp", "serve-80-udp", "serve-80-sctp"],
    ...["serve-81-tcp", "serve-81-udp", "serve-81-sctp"],
  ]);
});

test("the ports of the blocked cells are served, if they make as many cells as there are", () => {
  assert.deepEqual(served(oneStep({ cells: 8, blocked: ["x/a>x/b:53/UDP", "x/b>x/a:443/TCP"] })), [
    "serve-53-udp",
    "serve-443-tcp",
  ]);
});

test("else every protocol of them on every port", () => {
  const blocked = ["x/a>x/b:53/UDP", "x/b>x/a:443/TCP"];
  assert.deepEqual(served(oneStep({ cells: 16, blocked })), [
    ...["serve-53-tcp", "serve-53-udp"],
    ...["serve-443-tcp", "serve-443-udp"],
  ]);
});

test("else the generator's own six; with no blocked cell and no count, too", () => {
  assert.equal(served(oneStep({ cells: 24 })).length, 6);
  assert.equal(served(oneStep({ cells: undefined, blocked: [] })).length, 6);
});

test("a number of cells that no ports make is refused where it stands", () => {
  const text = oneStep({ cells: 7 });
  assert.throws(
    () => served(text),
    (error) =>
      isWeftError(error, "INVALID_ARGUMENT") && error.diagnostics?.[0]?.field === "[0].steps[0].cells",
  );
});

test("a step may try one port alone, by number or by name", () => {
  for (const Port of [81, "serve-81-udp"]) {
    const probe = { PortProtocol: { Protocol: "UDP", Port } };
    const cases = readCases(oneStep({ probe, blocked: [] }), "f.json");
    const ports = servedPorts(cases, "f.json");
    const [step] = cases[0]?.steps ?? [];
    assert.ok(step);
    assert.deepEqual(
      triedPorts(step, ports).map(({ protocol, port }) => `${port}/${protocol}`),
      ["81/UDP"],
    );
  }
});
