import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** Which workspaces a file of a place may import: the house's rule that arrows point down only. */
const allowed: Readonly<Record<string, RegExp>> = {
  proto: /^$/,
  datapath: /^$/,
  // What the C does is tried on objects as the compiler builds them.
  "datapath/test": /^(proto|datapath|libs|services\/compiler)\//,
  libs: /^(proto|datapath|libs)\//,
  services: /^(proto|datapath|libs)\//,
  apps: /^(proto|libs|apps)\//,
  tests: /^(proto|datapath|libs|services|apps|tests)\//,
  bench: /^(proto|datapath|libs|services|apps|bench)\//,
  scripts: /^(proto|datapath|libs|scripts)\//,
};

const longestFile = 500;

/** Files of the tree by endings such as "*.ts"; without git, or outside of a clone, all but what is built or installed. */
export function tracked(root: string, ...patterns: string[]): string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", ...patterns];
  try {
    return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
      .split("\n")
      .filter((file) => file !== "" && existsSync(join(root, file)));
  } catch {
    const everywhere = patterns.map((pattern) => `**/${pattern}`);
    return globSync(everywhere, { cwd: root, exclude: ["**/node_modules/**", "**/build/**"] }).sort();
  }
}

/** "libs/log" of libs/log/src/index.ts; "scripts" of scripts/tree.ts. */
function workspaceOf(file: string): string {
  const [place = "", name = ""] = file.split("/");
  return ["libs", "services", "apps"].includes(place) ? `${place}/${name}` : place;
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
    const place = file.startsWith("datapath/test/") ? "datapath/test" : (file.split("/")[0] ?? "");
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

/** Imports by path that leave the workspace: its package.json would not tell, and no rule about directions would see it. */
export function checkRelativeImports(root: string): string[] {
  return tracked(root, "*.ts").flatMap((file) => {
    const own = workspaceOf(file);
    const imports = readFileSync(join(root, file), "utf8").matchAll(/(?:from|import)\s*\(?"(\.\.?\/[^"]+)"/g);
    return [...imports].flatMap(([, path]) => {
      const target = workspaceOf(normalize(join(dirname(file), `${path}`)));
      // The scripts of the tree call those of its parts.
      const fine = target === own || (own === "scripts" && target.startsWith("libs/"));
      return fine ? [] : [`${file}: ${path} is in another workspace; import it by its name`];
    });
  });
}

/** Files that exist for the sake of tests and figures. */
export const forTests = /\.test\.ts$|\/(testing|chaos)\.ts$|\/(test|scripts)\/|^(tests|bench|scripts)\//;

/** Imports of what exists for tests alone by what people run. */
export function checkProduct(root: string): string[] {
  const files = tracked(root, "*.ts").filter((file) => !forTests.test(file));
  return files.flatMap((file) => {
    const imports = readFileSync(join(root, file), "utf8").matchAll(/(?:from|import)\s*\(?"([^"]+)"/g);
    return [...imports].flatMap(([, path = ""]) =>
      /\/testing(\.ts)?$|\/test\//.test(path) ? [`${file}: ${path} is for tests alone`] : [],
    );
  });
}

/** What only computes; every other module of Node.js does I/O. */
const pureModules = ["node:assert", "node:assert/strict", "node:crypto", "node:test", "node:util"];
const doors = /^(@grpc\/|@nats-io\/|@weft\/(ebpf|rpc|telemetry)$)/;

/** Files of `domain` folders that could do I/O. Types are no I/O, and tests may read what they test with. */
export function checkDomains(root: string): string[] {
  const files = tracked(root, "*.ts").filter(
    (file) => file.includes("/domain/") && !/\.test\.ts$|\/testing\.ts$/.test(file),
  );
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    const imports = text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?"([^"]+)";/gm);
    return [...imports].flatMap(([, onlyTypes, name = ""]) => {
      const impure = doors.test(name) || (name.startsWith("node:") && !pureModules.includes(name));
      return impure && onlyTypes === undefined ? [`${file}: ${name} does I/O; a domain is pure`] : [];
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
