import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Diagnostic, parseManifests, type Resource, type SourceText } from "@weft/manifest";
import { WeftError } from "@weft/netaddr";

/** Reads the texts behind `-f`: files, directories (their *.yaml, *.yml and *.json, not deeper), "-" for standard input. */
export async function readTexts(
  paths: readonly string[],
  readInput: () => Promise<string>,
): Promise<SourceText[]> {
  const texts: SourceText[] = [];
  for (const path of paths) {
    if (path === "-") texts.push({ file: "stdin", text: await readInput() });
    else for (const file of await filesOf(path)) texts.push({ file, text: await read(file) });
  }
  return texts;
}

/** The resources behind `-f`; INVALID_ARGUMENT with every finding when a text cannot be read as manifests. */
export async function readResources(
  paths: readonly string[],
  readInput: () => Promise<string>,
): Promise<Resource[]> {
  const { resources, diagnostics } = parseManifests(await readTexts(paths, readInput));
  refuseFindings(diagnostics);
  if (resources.length > 0) return resources;
  throw new WeftError("INVALID_ARGUMENT", `there is no manifest in ${paths.join(", ")}`, { field: "-f" });
}

/** Throws INVALID_ARGUMENT when there is any finding. */
export function refuseFindings(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length === 0) return;
  const message = diagnostics.length === 1 ? "one finding" : `${diagnostics.length} findings`;
  throw new WeftError("INVALID_ARGUMENT", message, { diagnostics });
}

/**
 * A resource as a document of its own, to be sent to the service in charge. The blank lines before it make the service
 * see it at the line where it stands in its file.
 */
export function documentOf(resource: Resource): { file: string; text: string } {
  return { file: resource.file, text: "\n".repeat(resource.line - 1) + resource.source };
}

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch((cause) => {
    throw unreadable(path, cause);
  });
  if (!found.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
  if (names.length > 0) return names.map((name) => join(path, name));
  throw new WeftError("INVALID_ARGUMENT", `${path} holds no *.yaml, *.yml or *.json file`, { field: "-f" });
}

async function read(file: string): Promise<string> {
  return readFile(file, "utf8").catch((cause) => {
    throw unreadable(file, cause);
  });
}

function unreadable(path: string, cause: unknown): WeftError {
  const reason = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  return new WeftError("INVALID_ARGUMENT", `cannot read ${path}: ${reason}`, {
    cause,
    field: "-f",
    expected: "a file, a directory, or - for standard input",
  });
}
