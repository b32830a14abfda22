// Writes every generated file from its one source. `--check` compares instead and fails when one is stale.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { generatedFiles } from "../libs/rpc/scripts/generate.ts";
import { generateAbi } from "./generate-abi.ts";
import { generateOutcomes } from "./generate-outcomes.ts";

const root = join(import.meta.dirname, "..");
const bin = join(root, "node_modules", ".bin");
const check = process.argv.includes("--check");
const scratch = mkdtempSync(join(tmpdir(), "weft-generate-"));
const protos = ["types", "events", "services", "flows"].map((name) => `proto/weft/v1/${name}.proto`);

function run(command: string, args: string[]): void {
  execFileSync(join(bin, command), args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
}

/** protobufjs static code; types come from a second pass, because only the comments carry them. */
function generateProto(): Map<string, Uint8Array> {
  const flags = ["-t", "static-module", "-w", "esm", "--force-number"];
  const omit = ["--no-verify", "--no-delimited", "--no-typeurl", "--no-service", "--no-convert"];
  run("pbjs", [...flags, ...omit, "-d", "-p", "proto", "-o", join(scratch, "typed.js"), ...protos]);
  run("pbjs", [...flags, ...omit, "--no-comments", "-p", "proto", "-o", join(scratch, "weft.js"), ...protos]);
  // What was generated last is what somebody may have put on record since.
  if (!check) run("buf", ["breaking", "proto", "--against", "proto/gen/weft.binpb"]);
  run("buf", ["build", "proto", "--exclude-source-info", "-o", join(scratch, "weft.binpb")]);
  return new Map([
    ["proto/gen/weft.js", readFileSync(join(scratch, "weft.js"))],
    ["proto/gen/weft.d.ts", readFileSync(join(scratch, "typed.d.ts"))],
    ["proto/gen/weft.binpb", readFileSync(join(scratch, "weft.binpb"))],
  ]);
}

try {
  const stale: string[] = [];
  const settle = (files: Iterable<readonly [string, Uint8Array]>) => {
    for (const [path, bytes] of files) {
      const target = join(root, path);
      if (!check) writeFileSync(target, bytes);
      else if (!readFileSync(target).equals(bytes)) stale.push(path);
    }
  };
  settle([...generateProto(), ...generateOutcomes(root), ...generateAbi(root)]);
  // After the descriptors, which it reads.
  const typed = generatedFiles().entries();
  settle([...typed].map(([url, bytes]) => [relative(root, fileURLToPath(url)), bytes] as const));
  if (stale.length > 0) {
    console.error(`stale: ${stale.join(", ")}. Run npm run generate and commit the result.`);
    process.exitCode = 1;
  }
} finally {
  rmSync(scratch, { recursive: true });
}
