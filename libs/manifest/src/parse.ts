import type { Diagnostic } from "./diagnostic.ts";
import { readDocument } from "./document.ts";
import type { Manifests } from "./identify.ts";
import { maxFindings, maxResources, maxTextLength } from "./limits.ts";
import { resourcesOf } from "./list.ts";
import { type SourceText, splitText } from "./text.ts";

/** Open brackets in a text that need not be parsed to be refused; the parser would take seconds over them. */
const maxOpenBrackets = 10_000;

/**
 * Reads YAML or JSON texts, many documents each, into resources. Lists (`kind: List`) are taken apart, empty documents
 * are skipped. A document with a finding gives no resource; with any finding at all the resources are not to be used, as
 * the parser may have blamed the wrong document. Never throws on bad input; stops after many findings.
 */
export function parseManifests(texts: readonly SourceText[]): Manifests {
  const all: Manifests = { resources: [], diagnostics: [] };
  for (const text of texts) {
    parseText(text, all);
    if (all.resources.length <= maxResources && all.diagnostics.length <= maxFindings) continue;
    if (all.resources.length > maxResources) {
      all.resources.length = 0;
      all.diagnostics.push(refusal(text, `more than ${maxResources} resources`, `at most ${maxResources}`));
    }
    break;
  }
  all.diagnostics.splice(maxFindings);
  return all;
}

function parseText(text: SourceText, all: Manifests): void {
  const { length } = text.text;
  if (length > maxTextLength) {
    all.diagnostics.push(refusal(text, `the text has ${length} characters`, `at most ${maxTextLength}`));
    return;
  }
  if (openBrackets(text.text) > maxOpenBrackets) {
    all.diagnostics.push(refusal(text, "is nested too deeply", `at most ${maxOpenBrackets} open brackets`));
    return;
  }
  for (const document of splitText(text)) {
    if (all.diagnostics.length > maxFindings) return;
    const read = readDocument(text.file, document);
    if (!read.ok) all.diagnostics.push(...read.diagnostics);
    else if (read.value !== null) {
      const found = resourcesOf(text.file, document, read.value);
      for (const resource of found.resources) all.resources.push(resource);
      for (const diagnostic of found.diagnostics) all.diagnostics.push(diagnostic);
    }
  }
}

function openBrackets(text: string): number {
  let open = 0;
  let most = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open = bracket === "[" || bracket === "{" ? open + 1 : Math.max(0, open - 1);
    most = Math.max(most, open);
  }
  return most;
}

function refusal({ file }: SourceText, message: string, expected: string): Diagnostic {
  return { file, line: 0, column: 0, field: "", message, expected };
}
