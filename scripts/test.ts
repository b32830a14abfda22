// Runs the tests in phases, cheapest first: `npm test`, or `npm test -- unit kernel libs/log` for a part of them.
import { spawn } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inOrder, type Print } from "./lanes.ts";

const root = join(import.meta.dirname, "..");
const places = ["datapath", "libs", "services", "apps", "tests", "bench", "scripts"];

interface Phase {
  readonly name: string;
  readonly ending: RegExp;
  /** Files at once, when nothing else runs. */
  readonly most: number;
}

/**
 * For two processors. What is in one row runs at once, a file each. Kernel tests, and those of a whole mesh, share one kernel's
 * RCU: one file of them at a time.
 */
const rows: readonly (readonly (readonly Phase[])[])[] = [
  [
    [
      { name: "unit", ending: /(?<!\.int|\.kernel|\.e2e)\.test\.ts$/, most: 2 },
      { name: "int", ending: /\.int\.test\.ts$/, most: 2 },
    ],
    [{ name: "kernel", ending: /\.kernel\.test\.ts$/, most: 1 }],
  ],
  [[{ name: "e2e", ending: /\.e2e\.test\.ts$/, most: 1 }]],
];
const names = rows.flat(2).map(({ name }) => name);

const words = process.argv.slice(2);
const filters = words.filter((word) => !names.includes(word));
const wanted = filters.length === words.length ? names : words;
const files = places
  .flatMap((place) =>
    globSync(`${place}/**/*.test.ts`, { cwd: root, exclude: ["**/node_modules/**", "**/build/**"] }),
  )
  .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
  .sort();

const failed: string[] = [];
const scratch = mkdtempSync(join(tmpdir(), "weft-test-"));
/** Objects of the datapath are compiled once in a run, and not once in each file that loads them. */
const env = { ...process.env, WEFT_TEST_OBJECTS: join(scratch, "objects") };

function runPhase(
  { name, most }: Phase,
  chosen: readonly string[],
  alone: boolean,
  print: Print,
): Promise<void> {
  print(`\n# ${name}: ${chosen.length} files\n`);
  const reporters = [
    [process.env.CI === undefined ? "dot" : "spec", "stdout"],
    [join(import.meta.dirname, "failures.ts"), join(scratch, name)],
  ].flatMap(([reporter, to]) => [`--test-reporter=${reporter}`, `--test-reporter-destination=${to}`]);
  const args = ["--test", `--test-concurrency=${alone ? most : 1}`, "--test-timeout=300000", ...reporters];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args, ...chosen], {
      cwd: root,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.on("data", print);
    child.stderr.on("data", print);
    child.on("error", reject);
    child.on("close", (status) => {
      if (status !== 0) failed.push(name);
      resolve();
    });
  });
}

for (const row of rows) {
  const lanes = row
    .map((lane) =>
      lane.flatMap((phase) => {
        const chosen = files.filter((file) => phase.ending.test(file));
        return wanted.includes(phase.name) && chosen.length > 0 ? [{ phase, chosen }] : [];
      }),
    )
    .filter((lane) => lane.length > 0);
  await inOrder(
    lanes.map((lane) => async (print: Print) => {
      for (const { phase, chosen } of lane) await runPhase(phase, chosen, lanes.length === 1, print);
    }),
    (chunk) => void process.stdout.write(chunk),
  );
}
for (const phase of names.filter((name) => failed.includes(name))) {
  // Once more and last: whoever reads only the end of a long run reads why it failed.
  console.error(`\n# failed: ${phase}\n${readFileSync(join(scratch, phase), "utf8")}`);
}
rmSync(scratch, { recursive: true });
if (failed.length > 0) {
  process.exitCode = 1;
}
