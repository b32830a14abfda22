import assert from "node:assert/strict";
import { test } from "node:test";
import { type ServiceError, status } from "@grpc/grpc-js";
import { type ErrorCode, WeftError } from "@weft/netaddr";
import { diagnosticsHeader, fromServiceError, toStatus } from "./errors.ts";

function roundTrip(thrown: unknown): WeftError {
  return fromServiceError(Object.assign(new Error("call failed"), toStatus(thrown)) as ServiceError, "/s/M");
}

test("code, message, field, expected and findings come back as they were thrown", () => {
  const diagnostics = [
    { file: "a.yaml", line: 3, column: 1, field: "spec", message: "is müde", expected: "x" },
  ];
  const thrown = new WeftError("INVALID_ARGUMENT", "no", { field: "ipv6", expected: "a /48", diagnostics });
  const caught = roundTrip(thrown);
  assert.equal(caught.code, "INVALID_ARGUMENT");
  assert.equal(caught.message, "no");
  assert.equal(caught.field, "ipv6");
  assert.equal(caught.expected, "a /48");
  assert.deepEqual(caught.diagnostics, diagnostics);
});

test("every code of a WeftError is gRPC's code of that name", () => {
  const codes: ErrorCode[] = [
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "FAILED_PRECONDITION",
    "RESOURCE_EXHAUSTED",
    "ABORTED",
  ];
  for (const code of [...codes, "UNAVAILABLE", "PERMISSION_DENIED", "CANCELLED", "INTERNAL"] as const) {
    assert.equal(toStatus(new WeftError(code, "x")).code, status[code]);
    assert.equal(roundTrip(new WeftError(code, "x")).code, code);
  }
});

test("what is no WeftError is INTERNAL with its words", () => {
  const caught = roundTrip(new TypeError("x is not a function"));
  assert.equal(caught.code, "INTERNAL");
  assert.match(caught.message, /x is not a function/);
});

test("many findings are cut so that the trailer stays below what gRPC's C core takes, and it says so", () => {
  const diagnostics = Array.from({ length: 5000 }, (_, line) => ({ file: "a.yaml", line, message: "wrong" }));
  const thrown = new WeftError("INVALID_ARGUMENT", "no", { diagnostics });
  const trailer = toStatus(thrown).metadata.get(diagnosticsHeader)[0];
  assert.ok(Buffer.isBuffer(trailer) && (trailer.length * 4) / 3 < 16 * 1024);
  const found = roundTrip(thrown).diagnostics ?? [];
  assert.deepEqual(found[0], diagnostics[0]);
  assert.match(found.at(-1)?.message ?? "", /\d+ more findings/);
});
