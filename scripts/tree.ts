import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Which workspaces a file of a place may import: the house's rule that arrows point down only. */
const allowed: Readonly<Record<string, RegExp>> = {
  proto: /^$/,
  libs: /^(proto|libs)\//,
  services: /^(proto|libs)\//,
  apps: /^(proto|libs|apps)\//,
  tests: /^(proto|libs|services|apps|tests)\//,
  bench: /^(proto|libs|services|apps|bench)\//,
  scripts: /^(proto|libs|scripts)\//,
};

const longestFile = 500;

function tracked(root: string, ...patterns: string[]): string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", ...patterns];
  return execFileSync("git", args, { cwd: root, encoding: "utf8" })
    .split("\n")
    .filter((file) => file !== "" && existsSync(join(root, file)));
}

function workspaceFolders(root: string): Map<string, string> {
  const manifests = tracked(root, "*package.json").filter((file) => file.includes("/"));
  return new Map(
    manifests.map((file) => {
      const { name } = JSON.parse(readFileSync(join(root, file), "utf8")) as { name: string };
      return [name, file.replace("/package.json", "")];
    }),
  );
}

/** Imports that point up (a lib that knows a service) or sideways (a service that knows another), one line each. */
export function checkImports(root: string): string[] {
  const folders = workspaceFolders(root);
  return tracked(root, "*.ts").flatMap((file) => {
    const place = file.split("/")[0] ?? "";
    const own = file.split("/").slice(0, 2).join("/");
    const imports = readFileSync(join(root, file), "utf8").matchAll(/from "(@weft\/[\w-]+)[^"]*"/g);
    return [...imports].flatMap(([, name]) => {
      const target = folders.get(`${name}`);
      if (target === undefined) return [`${file}: ${name} is no workspace`];
      const fine = target === own || allowed[place]?.test(`${target}/`) === true;
      return fine ? [] : [`${file}: ${place} must not import ${name}`];
    });
  });
}

/** Files that are too long, preprocessor switches in the datapath, notes to self. */
export function checkTree(root: string): string[] {
  const sources = tracked(root, "*.ts", "*.c", "*.h", "*.cc", "*.hh").filter(
    (file) => !file.includes("/gen/"),
  );
  return sources.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    const problems: string[] = [];
    const lines = text.split("\n").length;
    if (lines > longestFile) problems.push(`${file}: ${lines} lines, at most ${longestFile}`);
    if (file.includes("datapath/") && /^\s*#\s*(if|ifdef|ifndef)\b/m.test(text)) {
      problems.push(`${file}: #if in the datapath; settings are constants`);
    }
    if (/\b(TO)(DO)\b|\bFIX(ME)\b/.test(text))
      problems.push(`${file}: a note to self; open an issue instead`);
    return problems;
  });
}
