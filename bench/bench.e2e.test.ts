import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

type Row = Readonly<Record<string, string | number>>;
type Report = {
  readonly sameHost: readonly Row[];
  readonly crossHost: readonly Row[];
  readonly programs: readonly { readonly instructions: number }[];
  readonly datapath: readonly Row[];
  readonly policyPrograms: readonly Row[];
  readonly policyNetwork: readonly Row[];
  readonly change: readonly Row[];
  readonly log: readonly Row[];
};

const skip = process.getuid?.() === 0 ? false : "makes network namespaces and loads programs: needs root";

test("every benchmark runs and gives a figure for Weft and for each of its peers", { skip }, () => {
  const directory = mkdtempSync(join(tmpdir(), "weft-bench-test-"));
  try {
    const file = join(directory, "rows.json");
    const short = ["--rounds", "1", "--seconds", "0.1", "--events", "500", "--json", file];
    const few = ["--changes", "3", "--hosts", "1,2"];
    execFileSync(process.execPath, [join(import.meta.dirname, "run.ts"), ...short, ...few], {
      stdio: "pipe",
    });
    const report = JSON.parse(readFileSync(file, "utf8")) as Report;
    assert.deepEqual(
      [...report.sameHost, ...report.crossHost].map(({ path }) => path),
      [
        ...["raw veth", "kernel bridge", "Weft, same host"],
        ...["bare underlay", "kernel VXLAN + bridge"],
        ...["VXLAN", "Geneve", "GRE", "no tunnel"].map((tunnel) => `Weft, ${tunnel}`),
      ],
    );
    assert.deepEqual(
      report.policyNetwork.map(({ path }) => path),
      [
        "raw veth",
        ...["Weft", "nftables linear", "nftables set"].flatMap((who) =>
          [1, 100, 10_000].map((rules) => `${who}, ${rules} rules`),
        ),
      ],
    );
    assert.deepEqual(
      report.change.map(({ hosts, concerned }) => [hosts, concerned]),
      [
        [1, 1],
        [2, 2],
        [2, 1],
      ],
    );
    const { sameHost, crossHost, datapath, policyPrograms, policyNetwork, change, log } = report;
    assert.deepEqual([datapath.length, policyPrograms.length, log.length], [4, 3, 3]);
    const rows = [
      ...sameHost,
      ...crossHost,
      ...datapath,
      ...policyPrograms,
      ...policyNetwork,
      ...change,
      ...log,
    ];
    for (const row of rows)
      for (const value of Object.values(row))
        assert.ok(typeof value === "string" || value > 0, JSON.stringify(row));
    assert.ok(report.programs.length >= 6 && report.programs.every(({ instructions }) => instructions > 0));
  } finally {
    rmSync(directory, { recursive: true });
  }
});
