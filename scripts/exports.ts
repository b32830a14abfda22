// Exports that nobody needs: what no other file names, and what tests alone name.
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { forTests, tracked } from "./tree.ts";

/** One export: where it stands, what it is called, and whether it is only a type. */
interface Export {
  readonly file: string;
  readonly name: string;
  readonly type: boolean;
}

/** Values that are there for others than us, each with its reason. Types of a library's index are its contract anyway. */
const forOthers: ReadonlyMap<string, string> = new Map([
  ["nthAddress", "an address library has it, beside nthSubprefix"],
  ["readIntents", "the whole of a check that goes in steps, as its tests ask for it"],
  ["checkServices", "the same"],
  ["emptyActual", "what the laws of plan are stated over"],
]);

/** Problems with the exports of a tree, one line each. */
export function checkExports(root: string, allowed: ReadonlyMap<string, string> = forOthers): string[] {
  const files = tracked(root, "*.ts").filter((file) => !/\/gen\/|\.d\.ts$/.test(file));
  const texts = new Map(files.map((file) => [file, withoutComments(readFileSync(join(root, file), "utf8"))]));
  const places = placesOfWords(texts);
  const contract = namesInIndexes(texts);
  const tools = toolsOfTests(texts);
  const problems: string[] = [];
  for (const { file, name, type } of files.flatMap((one) => exportsOf(one, texts.get(one) ?? ""))) {
    if (allowed.has(name) || (type && contract.has(name) && file.startsWith("libs/"))) continue;
    const others = [...(places.get(name) ?? [])].filter((place) => place !== file);
    if (others.length === 0) problems.push(`${file}: nobody else names ${name}; it need not be exported`);
    else if (
      !type &&
      !tools.has(file) &&
      !usedAtHome(name, texts.get(file)) &&
      others.every((one) => tools.has(one))
    )
      problems.push(`${file}: tests alone name ${name}; wire it, or delete it`);
  }
  return problems;
}

const declared =
  /^export (?:declare )?(?:async )?(function\*?|const|let|class|abstract class|interface|type|enum) ([\w$]+)/gm;

function exportsOf(file: string, text: string): Export[] {
  return [...text.matchAll(declared)].map(([, kind, name = ""]) => ({
    file,
    name,
    type: kind === "interface" || kind === "type",
  }));
}

/** Whether a file itself uses what it exports: then the product does, and a test may look at it too. */
function usedAtHome(name: string, text = ""): boolean {
  return [...text.matchAll(/[\w$]+/g)].filter(([word]) => word === name).length > 1;
}

/** `export { a, type B } from "./c.ts"`: passing on is no use. */
const passedOn = /^export (?:type )?\{([^}]*)\} from "[^"]+";$/gm;

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}

/** The files that use each word. */
function placesOfWords(texts: ReadonlyMap<string, string>): Map<string, Set<string>> {
  const places = new Map<string, Set<string>>();
  for (const [file, text] of texts) {
    for (const [word] of text.replace(passedOn, "").matchAll(/[\w$]+/g)) {
      const known = places.get(word);
      if (known === undefined) places.set(word, new Set([file]));
      else known.add(file);
    }
  }
  return places;
}

/** Entries of packages. */
const entry = /\/(index|server|testing|service)\.ts$/;
/** `export * from "./c.ts"`. */
const passedWhole = /^export \* from "([^"]+)";$/gm;

/** What the entries of packages pass on. */
function namesInIndexes(texts: ReadonlyMap<string, string>): Set<string> {
  const entries = [...texts].filter(([file]) => entry.test(file));
  const named = entries
    .flatMap(([, text]) => [...text.matchAll(passedOn)])
    .flatMap(([, list = ""]) => list.split(","))
    .map((one) =>
      one
        .trim()
        .replace(/^type /, "")
        .replace(/^.* as /, ""),
    );
  const whole = entries.flatMap(([file, text]) =>
    [...text.matchAll(passedWhole)].flatMap(([, path = ""]) => {
      const target = normalize(join(dirname(file), path));
      return exportsOf(target, texts.get(target) ?? "").map(({ name }) => name);
    }),
  );
  return new Set([...named, ...whole]);
}

/** What files are called that tests import beside their subject. */
const namedForTests = /\/((testing|test|expected)-[\w-]+|[\w-]*arbitraries)\.ts$/;

/** Files for tests: by their place, or because files for tests, and not only a test of their own, are all that import them. */
function toolsOfTests(texts: ReadonlyMap<string, string>): Set<string> {
  const importers = new Map<string, string[]>();
  for (const [file, text] of texts) {
    if (file.endsWith(".test.ts")) continue;
    for (const [, path = ""] of text.matchAll(/(?:from|import\(?)\s*"(\.\.?\/[^"]+)"/g)) {
      const target = normalize(join(dirname(file), path));
      importers.set(target, [...(importers.get(target) ?? []), file]);
    }
  }
  const tools = new Set([...texts.keys()].filter((file) => forTests.test(file) || namedForTests.test(file)));
  for (let before = -1; before < tools.size; ) {
    before = tools.size;
    for (const [file, users] of importers)
      if (!entry.test(file) && users.every((user) => tools.has(user))) tools.add(file);
  }
  return tools;
}
