import { chunksOf } from "./chunks.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { readDocument } from "./document.ts";
import type { Manifests } from "./identify.ts";
import { maxDocumentLength, maxFindings, maxResources, maxTextLength } from "./limits.ts";
import { isList, resourcesOf } from "./list.ts";
import { readPlain } from "./plain.ts";
import type { Resource } from "./resource.ts";
import { doAll, type Steps } from "./steps.ts";
import { type SourceText, splitText, withoutHead } from "./text.ts";

/** Open brackets in a text that need not be parsed to be refused; the parser would take seconds over them. */
const maxOpenBrackets = 10_000;

/**
 * Reads YAML or JSON texts, many documents each, into resources. Lists (`kind: List`, `kind: ConfigMapList`) are taken
 * apart, empty documents are skipped. A document with a finding gives no resource; with any finding at all the resources
 * are not to be used, as the parser may have blamed the wrong document. Never throws on bad input; stops after many
 * findings.
 */
export function parseManifests(texts: readonly SourceText[]): Manifests {
  return doAll(parsingManifests(texts));
}

/** What was in texts that had no finding, for who is handed the same ones again. */
export interface KnownTexts {
  get(text: SourceText): readonly Resource[] | undefined;
  set(text: SourceText, resources: readonly Resource[]): void;
}

/** {@link parseManifests}, a document a step, without those that are known. */
export function* parsingManifests(texts: readonly SourceText[], known?: KnownTexts): Steps<Manifests> {
  const all: Manifests = { resources: [], diagnostics: [] };
  for (const text of texts) {
    const { length } = text.text;
    const read = known?.get(text);
    const before = { resources: all.resources.length, diagnostics: all.diagnostics.length };
    if (read !== undefined) {
      for (const resource of read) all.resources.push(resource);
    } else if (length > maxTextLength) {
      all.diagnostics.push(refusal(text, `the text has ${length} characters`, `at most ${maxTextLength}`));
    } else {
      for (const chunk of chunksOf(text)) {
        readChunk(chunk, all);
        if (isFull(all)) break;
        yield;
      }
      if (all.diagnostics.length === before.diagnostics)
        known?.set(text, all.resources.slice(before.resources));
    }
    if (all.resources.length > maxResources) {
      all.resources.length = 0;
      all.diagnostics.push(refusal(text, `more than ${maxResources} resources`, `at most ${maxResources}`));
    }
    if (isFull(all)) break;
  }
  all.diagnostics.splice(maxFindings);
  return all;
}

function isFull({ resources, diagnostics }: Manifests): boolean {
  return resources.length > maxResources || diagnostics.length > maxFindings;
}

function readChunk(chunk: SourceText, all: Manifests): void {
  const { file, text, line = 1 } = chunk;
  if (text.length > maxDocumentLength) {
    const message = `the document has ${text.length} characters`;
    all.diagnostics.push({ ...refusal(chunk, message, `at most ${maxDocumentLength}`), line, column: 1 });
    return;
  }
  const plain = readPlain(text);
  if (plain !== undefined && !isList(plain.value)) {
    if (plain.value === null) return;
    const { source, skipped } = withoutHead(text);
    const place = { chunk, index: 0, source, line: line + text.slice(0, skipped).split("\n").length - 1 };
    take(resourcesOf(place, plain.value), all);
    return;
  }
  if (openBrackets(text) > maxOpenBrackets) {
    all.diagnostics.push(refusal(chunk, "is nested too deeply", `at most ${maxOpenBrackets} open brackets`));
    return;
  }
  for (const [index, document] of splitText(chunk).entries()) {
    if (isFull(all)) return;
    const read = readDocument(file, document);
    if (!read.ok) all.diagnostics.push(...read.diagnostics);
    else if (read.value !== null) {
      const { source } = document;
      take(resourcesOf({ chunk, index, source, line: document.line, document }, read.value), all);
    }
  }
}

function take(found: Manifests, all: Manifests): void {
  for (const resource of found.resources) all.resources.push(resource);
  for (const diagnostic of found.diagnostics) all.diagnostics.push(diagnostic);
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
