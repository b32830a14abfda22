import { type Document, LineCounter, parseAllDocuments } from "yaml";
import type { Position } from "./diagnostic.ts";
import { unclearTag } from "./unclear.ts";

/** A text as it is handed in. */
export interface SourceText {
  /** Where the text came from; used in diagnostics only. */
  readonly file: string;
  /** YAML or JSON, one or many documents. */
  readonly text: string;
  /** Line of the file at which the text starts; 1 if unset. */
  readonly line?: number;
  /** Was accepted before: what YAML 1.1 and 1.2 read differently is read by 1.2, as it was then. */
  readonly recorded?: boolean;
}

/** One YAML document inside of a text. */
export interface TextDocument {
  readonly yaml: Document.Parsed;
  /** The text of this document alone, its comments included. */
  readonly source: string;
  /** The same with the marker before it, and the offset at which it starts. */
  readonly text: string;
  readonly start: number;
  /** Line of the file at which `source` starts. */
  readonly line: number;
  /** Position in the file of an offset in the whole text. */
  positionOf(offset: number): Position;
  /** The text between two offsets of the whole text. */
  slice(from: number, to: number): string;
}

/**
 * Splits a text into its YAML 1.2 documents. Merge keys (`<<`) work, as they do for kubectl. Findings of the YAML
 * parser are in each document's `errors`.
 */
export function splitText({ text, line: firstLine = 1, recorded }: SourceText): TextDocument[] {
  const lines = new LineCounter();
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: line + firstLine - 1, column: col };
  };
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    // Takes the square of the number of keys; `findFlaws` looks for keys that are given twice.
    uniqueKeys: false,
    ...(recorded === true ? {} : { customTags: (tags) => [unclearTag, ...tags] }),
  });
  const slice = (from: number, to: number): string => text.slice(from, to);
  let end = 0;
  return [...parsed].map((yaml) => {
    const start = end;
    end = yaml.range[2];
    const own = slice(start, end);
    const { source, skipped } = withoutHead(own);
    return { yaml, source, text: own, start, line: positionOf(start + skipped).line, positionOf, slice };
  });
}

/** The text of a document without the marker and the blank lines before it. */
export function withoutHead(text: string): { readonly source: string; readonly skipped: number } {
  const head = /^(?:\uFEFF?\s*\n)?(?:\uFEFF?---[ \t]*\r?\n)?(?:[ \t]*\r?\n)*/.exec(text)?.[0] ?? "";
  return { source: text.slice(head.length).trimEnd(), skipped: head.length };
}
