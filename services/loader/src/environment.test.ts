import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { formatAddress, isWeftError } from "@weft/netaddr";
import { readEnvironment } from "./environment.ts";

const least = {
  WEFT_STATE: "/run/weft",
  WEFT_NATS_URL: "nats://127.0.0.1:4222",
  WEFT_HOST: "h1",
  WEFT_UPLINK: "eth0",
  WEFT_UNDERLAY: "192.0.2.1",
  WEFT_BPFFS: "/run/weft/bpf/h1",
  WEFT_CACHE: "/var/cache/weft",
};

const attachOn = (release: string, wanted?: string): string =>
  readEnvironment(wanted === undefined ? least : { ...least, WEFT_ATTACH: wanted }, release).host.attach;

test("without WEFT_ATTACH, and with auto, a loader attaches as its kernel can", () => {
  for (const wanted of [undefined, "auto"]) {
    assert.equal(attachOn("6.3.0", wanted), "clsact");
    assert.equal(attachOn("6.5.13-cloud", wanted), "clsact");
    assert.equal(attachOn("6.6.0", wanted), "tcx");
    assert.equal(attachOn("6.18.44-amd64", wanted), "tcx");
  }
});

test("WEFT_ATTACH names one, and a kernel that has it not is said", () => {
  assert.equal(attachOn("6.18.1", "clsact"), "clsact");
  assert.equal(attachOn("6.18.1", "tcx"), "tcx");
  assert.equal(attachOn("6.5.0", "clsact"), "clsact");
  assert.throws(
    () => attachOn("6.5.0", "tcx"),
    (error) => isWeftError(error, "FAILED_PRECONDITION") && error.field === "WEFT_ATTACH",
  );
});

test("a WEFT_ATTACH that is none is refused by its name", () => {
  for (const wanted of ["", "TCX", "xdp"]) assert.throws(() => attachOn("6.18.1", wanted), /WEFT_ATTACH/);
});

test("each variable arrives at its option", () => {
  const { service, host } = readEnvironment(
    {
      ...least,
      WEFT_NATS_SEED_FILE: "/seed",
      WEFT_NETNS: "/run/netns/h1",
      WEFT_UNDERLAY_OTHER: "2001:db8::1",
      WEFT_MARK: "weft id=1 mesh=m state=/run/weft",
      WEFT_RCU: "expedited",
      WEFT_SETTLE_MS: "50",
      WEFT_DRIFT_MS: "200",
    },
    "6.12.9",
  );
  assert.equal(service.WEFT_NATS_SEED_FILE, "/seed");
  const { underlay, otherUnderlay, ...rest } = host;
  assert.deepEqual(
    [underlay, otherUnderlay].map((one) => one && formatAddress(one)),
    ["192.0.2.1", "2001:db8::1"],
  );
  assert.deepEqual(rest, {
    host: "h1",
    netns: "/run/netns/h1",
    uplink: "eth0",
    bpffs: "/run/weft/bpf/h1",
    mark: "weft id=1 mesh=m state=/run/weft",
    attach: "tcx",
    rcu: "expedited",
    cache: "/var/cache/weft",
    settleMs: 50,
    driftMs: 200,
  });
  const { host: plain } = readEnvironment(least, "6.12.9");
  assert.deepEqual([plain.netns, plain.otherUnderlay, plain.rcu], [undefined, undefined, "normal"]);
});

test("the process goes by the release of its kernel before it does anything", async () => {
  // The kernel tells a process of this personality that it is Linux 2.6.
  const command = [process.execPath, join(import.meta.dirname, "main.ts")];
  const ended = await promisify(execFile)("setarch", ["--uname-2.6", ...command], { env: least }).catch(
    (error: { readonly code: number; readonly stderr: string }) => error,
  );
  assert.ok("code" in ended && ended.code === 1);
  assert.match(ended.stderr, /the kernel is Linux 2\.6\.\d+.*; the datapath needs 6\.3 or newer/);
});
