// Runs the tests in phases, cheapest first: `npm test`, or `npm test -- unit kernel libs/log` for a part of them.
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const places = ["datapath", "libs", "services", "apps", "tests", "bench", "scripts"];

/** Kernel and whole-mesh tests share one kernel's RCU and two cores: one file at a time keeps their deadlines honest. */
const phases = [
  { name: "unit", ending: /(?<!\.int|\.kernel|\.e2e)\.test\.ts$/, concurrency: 2 },
  { name: "int", ending: /\.int\.test\.ts$/, concurrency: 2 },
  { name: "kernel", ending: /\.kernel\.test\.ts$/, concurrency: 1 },
  { name: "e2e", ending: /\.e2e\.test\.ts$/, concurrency: 1 },
];

const words = process.argv.slice(2);
const wanted = phases.filter((phase) => words.includes(phase.name));
const filters = words.filter((word) => !phases.some((phase) => phase.name === word));
const files = places
  .flatMap((place) =>
    globSync(`${place}/**/*.test.ts`, { cwd: root, exclude: ["**/node_modules/**", "**/build/**"] }),
  )
  .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
  .sort();

const failed: string[] = [];
const told = mkdtempSync(join(tmpdir(), "weft-failures-"));
for (const phase of wanted.length > 0 ? wanted : phases) {
  const chosen = files.filter((file) => phase.ending.test(file));
  if (chosen.length === 0) continue;
  console.log(`\n# ${phase.name}: ${chosen.length} files`);
  const reporters = [
    [process.env.CI === undefined ? "dot" : "spec", "stdout"],
    [join(import.meta.dirname, "failures.ts"), join(told, phase.name)],
  ].flatMap(([name, to]) => [`--test-reporter=${name}`, `--test-reporter-destination=${to}`]);
  const args = ["--test", `--test-concurrency=${phase.concurrency}`, "--test-timeout=300000", ...reporters];
  const { status } = spawnSync(process.execPath, [...args, ...chosen], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) failed.push(phase.name);
}
for (const phase of failed) {
  // Once more and last: whoever reads only the end of a long run reads why it failed.
  console.error(`\n# failed: ${phase}\n${readFileSync(join(told, phase), "utf8")}`);
}
rmSync(told, { recursive: true });
if (failed.length > 0) {
  process.exitCode = 1;
}
