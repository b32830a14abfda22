import assert from "node:assert/strict";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import { environmentReader, serviceEnvironment, wholeMs } from "./environment.ts";
import { noMs, serviceCases, tryEnvironment } from "./environment-cases.ts";

const least = { WEFT_STATE: "/run/weft", WEFT_NATS_URL: "nats://127.0.0.1:4222" };

test("each variable of every service is taken with what it may be, and refused by name with anything else", () => {
  assert.deepEqual(Object.keys(serviceCases), Object.keys(serviceEnvironment.shape));
  tryEnvironment(environmentReader(serviceEnvironment), serviceCases);
});

test("a variable that is not set is not there; variables of others mean nothing", () => {
  const read = environmentReader(serviceEnvironment);
  assert.deepEqual(read({ ...least, PATH: "/bin" }), least);
  assert.deepEqual(read({ ...least, WEFT_TOLD_MS: "12.5" }), { ...least, WEFT_TOLD_MS: 12.5 });
});

test("a time is a number in digits, and nothing else that JavaScript takes for a number", () => {
  const read = environmentReader(serviceEnvironment.extend({ X_MS: wholeMs.describe("a number of ms") }));
  assert.equal(read({ ...least, X_MS: "600000" }).X_MS, 600_000);
  for (const text of noMs) assert.throws(() => read({ ...least, X_MS: text }), /X_MS/);
});

test("all variables that are wrong are told at once, a line each", () => {
  assert.throws(
    () => environmentReader(serviceEnvironment)({ WEFT_NATS_URL: "n1", WEFT_SOCKET: "" }),
    (error) =>
      isWeftError(error) &&
      error.message ===
        [
          "WEFT_STATE: is not set (expected the state directory)",
          'WEFT_NATS_URL: is "n1" (expected nats://HOST:PORT, or several with commas)',
          'WEFT_SOCKET: is "" (expected the path of a socket)',
        ].join("\n"),
  );
});
