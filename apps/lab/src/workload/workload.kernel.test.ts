import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { addAddressOperation, createNetns, createVeth, runNetwork, setLinkOperation } from "@weft/ebpf";
import { isWeftError } from "@weft/netaddr";
import { planProbes } from "../probe/plan.ts";
import { runProbes } from "../probe/run.ts";
import { stopProcesses } from "../processes/stop.ts";
import { findProcesses, livesIn } from "../processes/table.ts";
import { askWorkload, type ProbeTarget } from "./ask.ts";
import { buildWorkload } from "./build.ts";
import { startWorkload } from "./start.ts";

const skip = process.getuid?.() === 0 ? false : "makes network namespaces: needs root";
const timeoutMs = 300;

/** Two namespaces with a cable between them; in each a workload that listens on tcp/80, udp/53 and sctp/5000. */
async function pair() {
  const stack = new AsyncDisposableStack();
  try {
    const directory = await mkdtemp(join(tmpdir(), "wt-"));
    stack.defer(() => rm(directory, { recursive: true }));
    const names = ["a", "b"].map((end) => `wt-${process.pid}-${end}`);
    const [a, b] = await Promise.all(names.map(createNetns));
    assert.ok(a && b);
    stack.use(a);
    stack.use(b);
    stack.defer(() => stopProcesses(findProcesses(livesIn([a.path, b.path])), 1000));
    await createVeth({ netns: a.path, name: "eth0", peer: { name: "eth0", netns: b.path } });
    const program = await buildWorkload();
    const ends = [a, b].map((netns, index) => ({
      name: `test/${"ab"[index]}`,
      netns: netns.path,
      control: join(directory, `${index}.sock`),
      ipv6: `fd00::${index + 1}`,
      ipv4: `10.0.0.${index + 1}`,
      ports: [
        { protocol: "TCP" as const, port: 80 },
        { protocol: "UDP" as const, port: 53 },
        { protocol: "SCTP" as const, port: 5000 },
      ],
    }));
    for (const end of ends) {
      await runNetwork(end.netns, [
        setLinkOperation({ ifname: "lo", up: true }),
        setLinkOperation({ ifname: "eth0", up: true }),
        addAddressOperation({ ifname: "eth0", address: `${end.ipv6}/64`, nodad: true }),
        addAddressOperation({ ifname: "eth0", address: `${end.ipv4}/24` }),
      ]);
      await startWorkload({ ...end, program, listen: ["tcp/80", "udp/53", "sctp/5000"] });
    }
    return { ends, program, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

test("containers reach each other by TCP, UDP and SCTP in both families, and hear the right name", {
  skip,
}, async () => {
  await using lab = await pair();
  const probes = planProbes(lab.ends);
  assert.equal(probes.length, 12);
  const results = await runProbes(lab.ends, probes, timeoutMs);
  assert.deepEqual(
    results.filter(({ verdict }) => verdict !== "allowed"),
    [],
  );
});

test("a closed port is refused, an address that nobody has is blocked, and each answer belongs to its target", {
  skip,
}, async () => {
  await using lab = await pair();
  const targets: ProbeTarget[] = [
    { protocol: "tcp", address: "fd00::2", port: 81 },
    { protocol: "tcp", address: "fd00::2", port: 80 },
    { protocol: "udp", address: "10.0.0.2", port: 54 },
    { protocol: "tcp", address: "10.0.0.99", port: 80 },
    { protocol: "udp", address: "fd00::99", port: 53 },
    { protocol: "sctp", address: "fd00::2", port: 5001 },
    { protocol: "sctp", address: "10.0.0.2", port: 5000 },
    { protocol: "sctp", address: "10.0.0.2", port: 5001 },
    { protocol: "sctp", address: "fd00::99", port: 5000 },
  ];
  const answers = await askWorkload(lab.ends[0]?.control ?? "", targets, timeoutMs);
  assert.deepEqual(answers, [
    { verdict: "refused", detail: "ECONNREFUSED" },
    { verdict: "allowed", detail: "test/b" },
    { verdict: "refused", detail: "ECONNREFUSED" },
    { verdict: "blocked", detail: "" },
    { verdict: "blocked", detail: "" },
    { verdict: "refused", detail: "ABORT" },
    { verdict: "allowed", detail: "test/b" },
    { verdict: "refused", detail: "ABORT" },
    { verdict: "blocked", detail: "" },
  ]);
});

test("a source port that is asked for is used by many targets at once, and again", { skip }, async () => {
  await using lab = await pair();
  const targets = (["udp", "sctp"] as const).flatMap((protocol) =>
    ["fd00::2", "10.0.0.2"].map((address) => {
      return { protocol, address, port: protocol === "udp" ? 53 : 5000, from: 4000 };
    }),
  );
  for (let round = 0; round < 3; round += 1) {
    const answers = await askWorkload(lab.ends[0]?.control ?? "", targets, timeoutMs);
    assert.deepEqual(
      answers,
      targets.map(() => ({ verdict: "allowed", detail: "test/b" })),
    );
  }
});

test("many jobs at once on one workload are all answered", { skip }, async () => {
  await using lab = await pair();
  const target: ProbeTarget = { protocol: "tcp", address: "fd00::2", port: 80 };
  const jobs = Array.from({ length: 20 }, () =>
    askWorkload(lab.ends[0]?.control ?? "", Array(20).fill(target), 2000),
  );
  const answers = (await Promise.all(jobs)).flat();
  assert.equal(answers.length, 400);
  assert.deepEqual(new Set(answers.map(({ verdict }) => verdict)), new Set(["allowed"]));
});

test("a workload that cannot open its port does not start, and says why", { skip }, async () => {
  await using lab = await pair();
  const [end] = lab.ends;
  assert.ok(end);
  const again = startWorkload({
    ...end,
    control: `${end.control}.2`,
    program: lab.program,
    listen: ["tcp/80"],
  });
  await assert.rejects(again, (error) => {
    return isWeftError(error, "INTERNAL") && /cannot listen on tcp\/80/.test(error.message);
  });
});
