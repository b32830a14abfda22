import type { SourceText } from "./text.ts";

/**
 * Cuts a text where a line begins with `---`, which no scalar of YAML can hold, so that each part is parsed by itself and
 * knows its line. JSON objects that follow one another are cut, too, as kubectl takes them. A text with YAML directives
 * stays whole: they belong to the document after them.
 */
export function* chunksOf(given: SourceText): Generator<SourceText> {
  const { text } = given;
  let { line = 1 } = given;
  if (/^%/m.test(text)) {
    yield given;
    return;
  }
  let from = 0;
  while (from < text.length) {
    const to = nextMarker(text, from);
    const part = text.slice(from, to);
    yield* objectsOf({ ...given, text: part, line });
    line += linesIn(part);
    from = to;
  }
}

/** Where the next document begins: at a marker, or at the byte order mark that a file put behind another one has there. */
function nextMarker(text: string, from: number): number {
  let at = from;
  for (;;) {
    const found = text.indexOf("\n", at) + 1;
    if (found === 0) return text.length;
    const begin = text.charCodeAt(found) === byteOrderMark ? found + 1 : found;
    if (text.startsWith("---", begin) && isBlank(text[begin + 3])) return found;
    at = found;
  }
}

/** Objects further to the right than this lose their column: the spaces before them would soon be more than they are. */
const maxColumn = 1000;

const byteOrderMark = 0xfeff;

function isBlank(character: string | undefined): boolean {
  return character === undefined || " \t\r\n".includes(character);
}

/** The objects of a JSON stream one by one; anything else as it is. */
function* objectsOf(part: SourceText): Generator<SourceText> {
  const ends = /^\uFEFF?\s*\{/.test(part.text) ? objectEnds(part.text) : [];
  const pieces = ends.map((end, index) => part.text.slice(ends[index - 1] ?? 0, end));
  if (pieces.length < 2 || part.text.slice(ends.at(-1)).trim() !== "" || !pieces.every(isJson)) {
    yield part;
    return;
  }
  let { line = 1 } = part;
  let column = 0;
  for (const piece of pieces) {
    yield { ...part, text: " ".repeat(Math.min(column, maxColumn)) + piece, line };
    line += linesIn(piece);
    column = piece.includes("\n") ? piece.length - piece.lastIndexOf("\n") - 1 : column + piece.length;
  }
}

/** Offsets behind each `}` that closes an object of its own. */
function objectEnds(text: string): number[] {
  const ends: number[] = [];
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === "{") depth += 1;
    else if (token === "}" && --depth === 0) ends.push(index + 1);
  }
  return ends;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ""));
    return true;
  } catch {
    return false;
  }
}

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}
