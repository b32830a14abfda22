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
  readonly log: readonly Row[];
};

const skip = process.getuid?.() === 0 ? false : "makes network namespaces and loads programs: needs root";

test("every benchmark runs and gives a figure for Weft and for each of its peers", { skip }, () => {
  const directory = mkdtempSync(join(tmpdir(), "weft-bench-test-"));
  try {
    const file = join(directory, "rows.json");
    const short = ["--rounds", "1", "--seconds", "0.1", "--events", "500", "--json", file];
    execFileSync(process.execPath, [join(import.meta.dirname, "run.ts"), ...short], { stdio: "pipe" });
    const report = JSON.parse(readFileSync(file, "utf8")) as Report;
    assert.deepEqual(
      [...report.sameHost, ...report.crossHost].map(({ path }) => path),
      [
        ...["raw veth", "kernel bridge", "Weft, same host"],
        ...["bare underlay", "kernel VXLAN + bridge"],
        ...["VXLAN", "Geneve", "GRE", "no tunnel"].map((tunnel) => `Weft, ${tunnel}`),
      ],
    );
    const rows = [...report.sameHost, ...report.crossHost, ...report.datapath, ...report.log];
    assert.deepEqual([report.datapath.length, report.log.length], [4, 3]);
    for (const row of rows)
      for (const value of Object.values(row))
        assert.ok(typeof value === "string" || value > 0, JSON.stringify(row));
    assert.ok(report.programs.length >= 6 && report.programs.every(({ instructions }) => instructions > 0));
  } finally {
    rmSync(directory, { recursive: true });
  }
});
