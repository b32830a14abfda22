import { relative } from "node:path";
import { inspect } from "node:util";

/** What this needs of the events that `node --test` gives its reporters. */
interface TestEvent {
  readonly type: string;
  readonly data: {
    readonly name: string;
    readonly file?: string;
    readonly line?: number;
    readonly details: { readonly error?: Error & { readonly failureType?: string } };
  };
}

const longest = 2_000;

/** A reporter of `node --test` that tells the failed tests and nothing else, so that they can be told once more at the end. */
export default async function* failures(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of source) {
    if (type !== "test:fail" || data.details.error?.failureType === "subtestsFailed") continue;
    const where = data.file === undefined ? "" : `${relative(process.cwd(), data.file)}:${data.line ?? 0}  `;
    const text = inspect(data.details.error?.cause ?? data.details.error).slice(0, longest);
    yield `✖ ${where}${data.name}\n${text.replaceAll(/^/gm, "    ")}\n`;
  }
}
