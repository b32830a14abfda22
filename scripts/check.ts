// Everything that can be said about the tree without running it: `npm run check`.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { checkExports } from "./exports.ts";
import { checkDomains, checkImports, checkProduct, checkRelativeImports, checkTree } from "./tree.ts";

const root = join(import.meta.dirname, "..");
const bin = join(root, "node_modules", ".bin");

type Finding = { readonly name: string; readonly problems: string };

function run(name: string, command: string, args: string[]): Promise<Finding> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", reject);
    child.on("close", (status) => resolve({ name, problems: status === 0 ? "" : output }));
  });
}

const findings = await Promise.all([
  run("types", join(bin, "tsc"), ["--noEmit", "-p", "."]),
  run("lint and format", join(bin, "biome"), ["check", "--error-on-warnings", "."]),
  run("proto", join(bin, "buf"), ["lint", "proto"]),
  run("proto is what others know", join(bin, "buf"), [
    "breaking",
    "proto",
    "--against",
    "proto/released.binpb",
  ]),
  run("generated files", process.execPath, ["scripts/generate.ts", "--check"]),
  run("C", process.execPath, ["services/compiler/scripts/check-datapath.ts"]),
  Promise.resolve({
    name: "import directions",
    problems: [...checkImports(root), ...checkRelativeImports(root), ...checkProduct(root)].join("\n"),
  }),
  Promise.resolve({ name: "pure domains", problems: checkDomains(root).join("\n") }),
  Promise.resolve({ name: "exports", problems: checkExports(root).join("\n") }),
  Promise.resolve({ name: "tree", problems: checkTree(root).join("\n") }),
]);

for (const { name, problems } of findings) {
  console.log(`${problems === "" ? "ok  " : "FAIL"} ${name}`);
  if (problems !== "") {
    console.log(problems);
    process.exitCode = 1;
  }
}
