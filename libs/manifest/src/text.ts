import { type Document, LineCounter, parseAllDocuments } from "yaml";
import type { Position } from "./diagnostic.ts";

/** A text as it is handed in. */
export interface SourceText {
  /** Where the text came from; used in diagnostics only. */
  readonly file: string;
  /** YAML or JSON, one or many documents. */
  readonly text: string;
  /** Line of the file at which the text starts; 1 if unset. */
  readonly line?: number;
}

/** One YAML document inside of a text. */
export interface TextDocument {
  readonly yaml: Document.Parsed;
  /** The text of this document alone, its comments included. */
  readonly source: string;
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
export function splitText({ file: _, text, line: firstLine = 1 }: SourceText): TextDocument[] {
  const lines = new LineCounter();
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: line + firstLine - 1, column: col };
  };
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, merge: true });
  let start = 0;
  return [...parsed].map((yaml) => {
    const end = yaml.range[2];
    const head =
      /^(?:\uFEFF?\s*\n)?(?:---[ \t]*\r?\n)?(?:[ \t]*\r?\n)*/.exec(text.slice(start, end))?.[0] ?? "";
    const from = start + head.length;
    start = end;
    const source = text.slice(from, end).trimEnd();
    return { yaml, source, line: positionOf(from).line, positionOf, slice: (a, b) => text.slice(a, b) };
  });
}
