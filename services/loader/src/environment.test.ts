import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { formatAddress, isWeftError } from "@weft/netaddr";
import { noMs, serviceCases, tryEnvironment, tryStart } from "@weft/rpc/testing";
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

const cases = {
  ...serviceCases,
  WEFT_HOST: { required: true, good: ["h1", "node-1"], bad: ["", "Bad_Name", "-a", "a.b", "a".repeat(64)] },
  WEFT_NETNS: { good: ["/run/netns/h1"], bad: [""] },
  WEFT_UPLINK: { required: true, good: ["eth0"], bad: ["", "a/b", "a b", "longer-than-fits"] },
  WEFT_UNDERLAY: { good: ["192.0.2.1", "2001:db8::1"], bad: ["", "192.0.2", "eth0", "192.0.2.1/24"] },
  WEFT_UNDERLAY_OTHER: { good: ["192.0.2.1", "2001:db8::1"], bad: ["", "here"] },
  WEFT_BPFFS: { required: true, good: ["/run/weft/bpf/h1"], bad: [""] },
  WEFT_MARK: { good: ["weft id=1 mesh=m state=/run/weft"], bad: ["", "weft", "weft id= mesh=m state=/"] },
  WEFT_ATTACH: { good: ["auto", "tcx", "clsact"], bad: ["", "TCX", "xdp"] },
  WEFT_RCU: { good: ["normal", "expedited"], bad: ["", "fast"] },
  WEFT_CACHE: { required: true, good: ["/var/cache/weft"], bad: [""] },
  WEFT_SETTLE_MS: { good: ["50"], bad: noMs },
  WEFT_DRIFT_MS: { good: ["200"], bad: noMs },
} as const;

test("each variable is taken with what it may be, and refused by name with anything else", () =>
  tryEnvironment((variables) => readEnvironment(variables, "6.12.9"), cases));

test("main.ts ends with status 2 and names each variable that is wrong, before it has begun anything", () =>
  tryStart(new URL("main.ts", import.meta.url), "loader", cases));

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
});

test("without the variables that it can do without, a loader has these options", () => {
  const { host } = readEnvironment(least, "6.12.9");
  assert.partialDeepStrictEqual(host, {
    attach: "tcx",
    rcu: "normal",
    mark: "weft id=0 mesh=mesh state=/run/weft",
  });
  const { netns, otherUnderlay } = host;
  assert.deepEqual(
    [netns, otherUnderlay, "settleMs" in host, "driftMs" in host],
    [undefined, undefined, false, false],
  );
  const { WEFT_UNDERLAY: _, ...without } = least;
  assert.equal(readEnvironment(without, "6.12.9").host.underlay, undefined);
});

test("the process goes by the release of its kernel before it does anything", async () => {
  // The kernel tells a process of this personality that it is Linux 2.6.
  const command = [process.execPath, join(import.meta.dirname, "main.ts")];
  const ended = await promisify(execFile)("setarch", ["--uname-2.6", ...command], { env: least }).catch(
    (error: { readonly code: number; readonly stderr: string }) => error,
  );
  assert.ok("code" in ended && ended.code === 1);
  assert.match(
    ended.stderr,
    /^weft-loader: the kernel is Linux 2\.6\.\d+.*; the datapath needs 6\.3 or newer/,
  );
});
