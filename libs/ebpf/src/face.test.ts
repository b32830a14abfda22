import assert from "node:assert/strict";
import { test } from "node:test";
import type { Face, Link, Program } from "./index.ts";

// A service that takes what it needs of the face, as services do.
async function replace(
  face: Pick<Face, "attachTcx">,
  ifname: string,
  programs: readonly Program[],
): Promise<void> {
  const [first, ...others] = programs;
  if (first === undefined) return;
  await using link = await face.attachTcx({ ifname, direction: "ingress", program: first });
  for (const program of others) await link.update(program);
}

test("a fake stands in for the kernel", async () => {
  const calls: string[] = [];
  const note = async (call: string): Promise<void> => {
    calls.push(call);
  };
  const link: Pick<Link, "update" | typeof Symbol.asyncDispose> = {
    update: (program) => note(`update ${program.name}`),
    [Symbol.asyncDispose]: () => note("close"),
  };
  const attachTcx: Face["attachTcx"] = async ({ ifname, program }) => {
    await note(`attach ${ifname} ${program.name}`);
    return link as Link;
  };
  await replace({ attachTcx }, "eth0", [{ name: "one" } as Program, { name: "two" } as Program]);
  assert.deepEqual(calls, ["attach eth0 one", "update two", "close"]);
});
