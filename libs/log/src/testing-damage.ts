// What may become of a log while its server is down, for tests: as a power cut, a bad disk or an operator would do it.
import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestNats } from "./start-nats.ts";
import { logStream } from "./streams.ts";

function streams(directory: string): string {
  return join(directory, "store", "jetstream", "WEFT", "streams");
}

function blocks(directory: string): string[] {
  const msgs = join(streams(directory), logStream, "msgs");
  const numbers = readdirSync(msgs).flatMap((name) => /^(\d+)\.blk$/.exec(name)?.[1] ?? []);
  return numbers.sort((a, b) => Number(a) - Number(b)).map((number) => join(msgs, `${number}.blk`));
}

/** Cuts bytes off the end of the newest block of the log of a stopped server. */
export function cutTail(directory: string, bytes: number): void {
  const last = blocks(directory).at(-1) ?? "";
  truncateSync(last, statSync(last).size - bytes);
}

/** Overwrites 8 bytes of an event that contains a text, from so many bytes after it on. The server is down. */
export function spoil(directory: string, text: string, after = 0): void {
  for (const block of blocks(directory)) {
    const bytes = readFileSync(block);
    const at = bytes.indexOf(text);
    if (at < 0) continue;
    bytes.fill("#", at + after, at + after + 8);
    writeFileSync(block, bytes);
    return;
  }
  throw new Error(`no block has ${text}`);
}

/** Keeps a copy of the stream that is the log; answers what puts it back. Both while the server is down. */
export function backUp(directory: string): () => void {
  const from = join(streams(directory), logStream);
  const copy = join(directory, `backup-${crypto.randomUUID()}`);
  cpSync(from, copy, { recursive: true });
  return () => {
    rmSync(from, { recursive: true });
    cpSync(copy, from, { recursive: true });
  };
}

/** Does something to the files of a server while it is down. */
export async function whileDown(nats: TestNats, work: (directory: string) => void): Promise<void> {
  await nats.kill();
  work(nats.directory);
  await nats.restart();
}
