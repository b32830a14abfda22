// What pages and help texts say can be typed, can be typed; and what they link to is there.
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { CommanderError } from "commander";
import type { Context } from "./context.ts";
import { makeProgram } from "./program.ts";
import { commandsOf } from "./test/commands.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const pages = globSync("{*,{apps,libs,services,docs,deploy,examples,tests,bench,datapath,proto}/**/*}.md", {
  cwd: root,
  exclude: ["**/node_modules/**", "**/build/**"],
}).map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));

const silent = { print: () => undefined, say: () => undefined, ready: async () => undefined };

/** Parses a command line and does nothing of it; what is wrong with it. */
async function refusal(words: readonly string[]): Promise<string | undefined> {
  const program = makeProgram({ output: silent } as Partial<Context> as Context);
  for (const { command } of commandsOf(program)) command.action(() => undefined);
  try {
    await program.parseAsync([...words], { from: "user" });
    return undefined;
  } catch (error) {
    return error instanceof CommanderError && error.exitCode === 0 ? undefined : String(error);
  }
}

/** Command lines of `weft` in the code blocks of a page, with the pages's file and line. */
function commandLines(text: string): string[][] {
  const blocks = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block);
  // Further lines of one command, and outputs, which begin otherwise.
  const found = blocks.flatMap((block) => [
    ...block.replace(/\\\n\s*/g, " ").matchAll(/(?:^|&& |\| |\$\()(?:# |\$ |sudo )?\.\/weft ([^\n]*)/gm),
  ]);
  return found.map(([, line = ""]) => {
    const [command = ""] = line.split(/\s#|&&|\||;|\s\d?>|\)/);
    return (command.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^["']|["']$/g, ""));
  });
}

test("every command line in a code block of a page is taken as it stands", async () => {
  let count = 0;
  for (const { file, text } of pages) {
    for (const words of commandLines(text)) {
      count += 1;
      assert.equal(await refusal(words), undefined, `${file}: weft ${words.join(" ")}`);
    }
  }
  assert.ok(count > 40, `${count}`);
});

test("every command and option that a page or a help text names is there", () => {
  const commands = new Map(commandsOf().map(({ name, command }) => [name, command]));
  const helps = [...commands].map(([name, command]) => ({
    file: `weft ${name} --help`,
    text: command.description(),
  }));
  let count = 0;
  for (const { file, text } of [...pages, ...helps]) {
    for (const [, words = ""] of text.matchAll(/(?:`|^|\s)(?:\.\/)?weft ([a-z][^`\n|;,.:]*)/gm)) {
      const [first = "", second = ""] = words.split(/\s+/);
      const command = commands.get(`${first} ${second}`) ?? commands.get(first);
      if (command === undefined) continue;
      const known = new Set(command.options.flatMap(({ short, long }) => [short, long]));
      for (const option of words.split(" -- ")[0]?.match(/(?<=\s)--?[a-z][a-z0-9-]*/g) ?? []) {
        count += 1;
        assert.ok(known.has(option), `${file}: weft ${words}: there is no ${option}`);
      }
    }
  }
  assert.ok(count > 40, `${count}`);
});

test("every script that a page runs by npm is there", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };
  for (const { file, text } of pages)
    for (const [, name = ""] of text.matchAll(/\bnpm run ([a-z]+)/g))
      assert.ok(name in scripts, `${file}: npm run ${name}`);
});

test("every file that a page links to is there", () => {
  for (const { file, text } of pages) {
    const prose = text.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`]*`/g, "");
    for (const [, target = ""] of prose.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (/^https?:/.test(target)) continue;
      assert.ok(existsSync(join(root, dirname(file), target)), `${file}: ${target}`);
    }
  }
});
