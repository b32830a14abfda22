import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { kernelTest } from "../test/needs.ts";
import { shimmed } from "../test/shimmed.ts";

describe("a kernel that cannot do what is asked at once", kernelTest, () => {
  test("operations that wait for a thread which cannot be made fail, and later ones are done", async () => {
    // 32 threads wait in open() of a pipe that nobody writes; 40 more operations than that wait for a thread.
    const script = `
      import { execFileSync } from "node:child_process";
      import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
      execFileSync("mkfifo", ["pipe"]);
      const asked = Array.from({ length: 32 }, () => ebpf.links(process.cwd() + "/pipe"));
      const waiting = Array.from({ length: 40 }, () => ebpf.links());
      writeFileSync(process.env.SHIM_NO_THREADS, "");
      const ended = Promise.allSettled([...asked, ...waiting]);
      closeSync(openSync("pipe", "w"));
      const codes = (await ended).map(({ status, reason }) => reason?.code ?? status);
      rmSync(process.env.SHIM_NO_THREADS);
      const [lo] = await ebpf.links();
      console.log(codes.length, [...new Set(codes.slice(32))].join(), lo.name);`;
    const said = await shimmed(script, (directory) => ({ SHIM_NO_THREADS: `${directory}/none` }));
    assert.equal(said, "72 EAGAIN lo\n");
  });

  const dump = "console.log((await ebpf.links()).filter(({ name }) => name === 'lo').length);";

  test("a dump during which something changed is made again", async () => {
    assert.equal(await shimmed(dump, () => ({ SHIM_INTERRUPTED: "1" })), "1\n");
  });

  test("a dump that is never undisturbed is an error and not a list that may be wrong", async () => {
    await assert.rejects(
      shimmed(dump, () => ({ SHIM_INTERRUPTED: "100000" })),
      /RTM_GETLINK.*EINTR: something changed/,
    );
  });
});
