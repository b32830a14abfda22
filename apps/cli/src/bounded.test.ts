import assert from "node:assert/strict";
import { test } from "node:test";
import { weft } from "./test/weft.ts";

const endless = ["apply", "delete", "lab up", "conformance run"] as const;

for (const name of endless) {
  test(`weft ${name} of a file that does not end is refused by its name, exit 2`, async () => {
    const given = name === "conformance run" ? ["/dev/zero"] : ["-f", "/dev/zero"];
    const { status, said, printed } = await weft([...name.split(" "), ...given]);
    assert.deepEqual([status, printed], [2, ""], said);
    assert.match(said, /\/dev\/zero is too large, or does not end/);
  });
}
