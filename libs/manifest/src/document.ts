import { type ErrorCode, type Range, visit, type YAMLError } from "yaml";
import { type Diagnostic, formatPath } from "./diagnostic.ts";
import { maxAliases } from "./limits.ts";
import { findFlaws } from "./structure.ts";
import { actionsIn, templateAt } from "./template.ts";
import type { TextDocument } from "./text.ts";

/** The value of a document as plain JSON (null: an empty document), or what is wrong with its YAML. */
type ReadDocument =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly diagnostics: Diagnostic[] };

/** Reads one YAML document to JSON. */
export function readDocument(file: string, document: TextDocument): ReadDocument {
  const { yaml } = document;
  const problems = [...yaml.errors, ...yaml.warnings.filter(isProblem)];
  if (problems.length > 0) {
    return { ok: false, diagnostics: template(file, document) ?? describeProblems(file, document, problems) };
  }
  const flaws = findFlaws(yaml);
  if (flaws.length > 0) {
    const found = flaws.map(({ offset, path, message, expected }): Diagnostic => {
      return { file, ...document.positionOf(offset), field: formatPath(path ?? []), message, expected };
    });
    return { ok: false, diagnostics: template(file, document) ?? found };
  }
  try {
    return { ok: true, value: yaml.toJS({ maxAliasCount: maxAliases }) ?? null };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const place = document.positionOf(yaml.contents?.range?.[0] ?? 0);
    const expected = `at most ${maxAliases} aliases`;
    return { ok: false, diagnostics: [{ file, ...place, field: "", message, expected }] };
  }
}

/** What is no YAML may be a template that will be. In a text that is YAML, actions stand in texts, and are not ours. */
function template(file: string, { yaml, positionOf, text, start }: TextDocument): Diagnostic[] | undefined {
  const texts: Range[] = [];
  visit(yaml, {
    Scalar: (_, { type, range }) => {
      if (type !== "PLAIN" && range) texts.push(range);
    },
  });
  const offset = actionsIn(text)
    .map((action) => start + action)
    .find((action) => !texts.some(([from, to]) => from <= action && action < to));
  return offset === undefined ? undefined : [templateAt(file, positionOf(offset))];
}

/** Tags are looked at by `findFlaws`, which knows the field. */
function isProblem({ code }: YAMLError): boolean {
  return code !== "TAG_RESOLVE_FAILED";
}

// One slip often gives several errors in a row; the first of a line is the one that helps.
function describeProblems(file: string, document: TextDocument, problems: YAMLError[]): Diagnostic[] {
  const lines = new Set<number>();
  return problems.flatMap(({ code, message, pos }): Diagnostic[] => {
    const position = document.positionOf(pos[0]);
    if (lines.has(position.line)) return [];
    lines.add(position.line);
    return [{ file, ...position, field: "", ...explain(code, message) }];
  });
}

function explain(code: ErrorCode, message: string): { message: string; expected: string } {
  switch (code) {
    case "TAB_AS_INDENT":
      return { message: "a tab at the start of the line", expected: "spaces" };
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
      return { message, expected: "`key: value` on a line, indented as its neighbours" };
    default:
      if (message.startsWith("Maximum call stack")) return { message: "is nested too deeply", expected: "" };
      return { message, expected: "YAML 1.2" };
  }
}
