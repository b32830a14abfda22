import assert from "node:assert/strict";
import { test } from "node:test";
import { serviceCases, tryEnvironment, tryStart } from "@weft/rpc/testing";
import { readEnvironment } from "./environment.ts";

const least = { WEFT_STATE: "/run/weft", WEFT_NATS_URL: "nats://127.0.0.1:4222" };
const cases = { ...serviceCases, WEFT_CACHE: { good: ["/var/cache/weft"], bad: [""] } } as const;

test("each variable is taken with what it may be, and refused by name with anything else", () =>
  tryEnvironment(readEnvironment, cases));

test("objects are kept where WEFT_CACHE says, and nowhere when it says nothing", () => {
  assert.equal(readEnvironment(least).WEFT_CACHE, undefined);
  assert.equal(readEnvironment({ ...least, WEFT_CACHE: "/var/cache/weft" }).WEFT_CACHE, "/var/cache/weft");
});

test("main.ts ends with status 2 and names each variable that is wrong, before it has begun anything", () =>
  tryStart(new URL("main.ts", import.meta.url), "compiler", cases));
