import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { openTerminal } from "./terminal.ts";

/** A pipe whose reader takes what was written when it is told to. */
function slowPipe(): { pipe: Writable; texts: string[]; read(): void } {
  const texts: string[] = [];
  let read = (): void => undefined;
  const pipe = new Writable({
    write(chunk, _encoding, done) {
      read = () => {
        texts.push(String(chunk));
        done();
      };
    },
  });
  return { pipe, texts, read: () => read() };
}

test("a command does not end before what it said is written, however slow its reader is", async () => {
  const { pipe, texts, read } = slowPipe();
  const terminal = openTerminal(slowPipe().pipe, pipe);
  terminal.say("ten thousand lines");
  const settled = terminal.settled(new AbortController().signal).then(() => [...texts]);
  setImmediate(read);
  assert.deepEqual(await settled, ["ten thousand lines\n"]);
});

test("messages that nobody can be told hold nothing up", async () => {
  const closed = new Writable({ write: (_chunk, _encoding, done) => done(new Error("EPIPE")) });
  const terminal = openTerminal(slowPipe().pipe, closed);
  terminal.say("to nobody");
  terminal.say("again");
  await terminal.settled(new AbortController().signal);
});
