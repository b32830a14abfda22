import assert from "node:assert/strict";
import { test } from "node:test";
import { isShortage } from "@weft/netaddr";
import { lasting } from "./lasting.ts";

test("a loop that ends before it is told to is an error that names it, whatever the cause", async () => {
  const stop = new AbortController();
  const full = Object.assign(new Error("no space"), { code: "ENOSPC" });
  await assert.rejects(lasting("the watch", Promise.resolve(), stop.signal), /^Error: the watch has ended/);
  await assert.rejects(lasting("the watch", Promise.reject(full), stop.signal), (error: Error) => {
    return error.cause === full && !isShortage(error);
  });
  stop.abort();
  await lasting("the watch", Promise.resolve(), stop.signal);
});
