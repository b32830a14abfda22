import assert from "node:assert/strict";
import { test } from "node:test";
import { noMs, serviceCases, tryEnvironment, tryStart } from "@weft/rpc/testing";
import { readEnvironment } from "./environment.ts";

const least = { WEFT_STATE: "/run/weft", WEFT_NATS_URL: "nats://127.0.0.1:4222" };
const cases = { ...serviceCases, WEFT_GRACE_MS: { good: ["1", "600000"], bad: noMs } } as const;

test("each variable is taken with what it may be, and refused by name with anything else", () =>
  tryEnvironment(readEnvironment, cases));

test("an identity that nobody has is kept for ten minutes, or as long as WEFT_GRACE_MS says", () => {
  assert.equal(readEnvironment(least).WEFT_GRACE_MS, 600_000);
  assert.equal(readEnvironment({ ...least, WEFT_GRACE_MS: "500" }).WEFT_GRACE_MS, 500);
});

test("main.ts ends with status 2 and names each variable that is wrong, before it has begun anything", () =>
  tryStart(new URL("main.ts", import.meta.url), "identity", cases));
