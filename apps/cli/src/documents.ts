import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Diagnostic, doInTurns, parsingManifests, type Resource, type SourceText } from "@weft/manifest";
import { cannotRead, toWeftError, WeftError } from "@weft/netaddr";
import { breather } from "@weft/rpc";
import { readBounded } from "./bounded.ts";
import type { Context } from "./context.ts";
import { utf8Length } from "./utf8.ts";

/** Reads the texts behind `-f`: files, directories (their *.yaml, *.yml and *.json, not deeper), "-" for standard input. */
async function readTexts(
  paths: readonly string[],
  { readInput, signal }: Pick<Context, "readInput" | "signal">,
): Promise<SourceText[]> {
  const texts: SourceText[] = [];
  for (const path of paths) {
    if (path === "-") texts.push({ file: "stdin", text: textOf("stdin", await readInput()) });
    else for (const file of await filesOf(path)) texts.push({ file, text: await read(file, signal) });
  }
  return texts;
}

/** The resources behind `-f`; INVALID_ARGUMENT with every finding when a text cannot be read as manifests. */
export async function readResources(
  paths: readonly string[],
  context: Pick<Context, "readInput" | "signal">,
): Promise<Resource[]> {
  const reading = parsingManifests(await readTexts(paths, context));
  const { resources, diagnostics } = await doInTurns(reading, breather(context.signal));
  refuseFindings(diagnostics);
  if (resources.length > 0) return resources;
  const places = paths.map((path) => (path === "-" ? "standard input" : path)).join(", ");
  throw new WeftError("INVALID_ARGUMENT", `there is no manifest in ${places}`, {
    field: "-f",
    expected: "Kubernetes manifests, as YAML or JSON",
  });
}

/** Throws INVALID_ARGUMENT when there is any finding. */
export function refuseFindings(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length === 0) return;
  const message = diagnostics.length === 1 ? "one finding" : `${diagnostics.length} findings`;
  throw new WeftError("INVALID_ARGUMENT", message, { diagnostics });
}

/**
 * A resource as a document of its own, to be sent to the service in charge, which sees it at the line where it stands in its
 * file.
 */
export function documentOf({ file, source, line }: Resource): SourceText {
  return { file, text: source, line };
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

async function read(file: string, signal: AbortSignal): Promise<string> {
  const bytes = await readBounded(file, signal).catch((cause) => {
    signal.throwIfAborted();
    throw cause instanceof WeftError ? cause : unreadable(file, cause);
  });
  return textOf(file, bytes);
}

/** The text of a file; a byte that is not UTF-8 is a finding with its place. */
function textOf(file: string, bytes: Uint8Array): string {
  const length = utf8Length(bytes);
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, length));
  if (length === bytes.length) return text;
  const lines = text.split("\n");
  const place = { file, line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
  const message = `byte ${length} is not UTF-8`;
  throw new WeftError("INVALID_ARGUMENT", message, {
    diagnostics: [{ ...place, message: `${message} (counted from 0)`, expected: "text in UTF-8" }],
  });
}

function unreadable(path: string, cause: unknown): WeftError {
  return new WeftError("INVALID_ARGUMENT", toWeftError(cannotRead(path, cause)).message, {
    cause,
    field: "-f",
    expected: "a file, a directory, or - for standard input",
  });
}
