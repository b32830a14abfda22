// Suites of hostile input that take a seed and a size: npm run fuzz, flood, verdicts, foreign.
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

const root = join(import.meta.dirname, "..");

interface Suite {
  readonly files: string;
  /** Environment variable of each option. */
  readonly options: Readonly<Record<string, string>>;
}

const suites: Readonly<Record<string, Suite>> = {
  fuzz: {
    files: "datapath/test/fuzz.kernel.test.ts",
    options: { seed: "WEFT_FUZZ_SEED", packets: "WEFT_FUZZ_PACKETS" },
  },
  flood: {
    files: "datapath/test/flood.kernel.test.ts",
    options: { packets: "WEFT_FLOOD_PACKETS" },
  },
  verdicts: {
    files: "datapath/test/kinds.kernel.test.ts",
    options: { seed: "WEFT_POLICY_SEED", runs: "WEFT_POLICY_RUNS" },
  },
  foreign: {
    files: "{datapath,libs,services,apps,tests}/**/*{foreign,callers,hostile,corpus}*.test.ts",
    options: {},
  },
};

/** What a command line asks for: the pattern of its test files, and their environment. Throws with what was expected. */
export function readSuite(words: readonly string[]): { files: string; env: Record<string, string> } {
  const [name = "", ...rest] = words;
  const suite = suites[name];
  if (suite === undefined) throw new Error(`"${name}" is none of ${Object.keys(suites).join(", ")}`);
  const options = Object.keys(suite.options).map((option) => [option, { type: "string" }] as const);
  const { values } = parseArgs({ args: [...rest], options: Object.fromEntries(options) });
  const env = Object.entries(values).map(([option, text]) => {
    if (!/^\d{1,10}$/.test(`${text}`)) throw new Error(`--${option}: it must be a whole number`);
    return [suite.options[option] ?? "", `${text}`] as const;
  });
  return { files: suite.files, env: Object.fromEntries(env) };
}

if (import.meta.main) {
  const { files, env } = readSuite(process.argv.slice(2));
  const found = globSync(files, { cwd: root, exclude: ["**/node_modules/**"] }).sort();
  const args = ["--test", "--test-concurrency=1", "--test-reporter=spec", ...found];
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
  });
  process.exitCode = status ?? 1;
}
