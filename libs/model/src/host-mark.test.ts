import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatHostMark, parseHostMark } from "./host-mark.ts";

test("a mark is read as it was written, and always fits the alias of a device", () => {
  const mark = { id: "0af3be11", mesh: "mesh", state: "/run/weft with blanks" };
  assert.deepEqual(parseHostMark(formatHostMark(mark)), mark);
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), (state) => {
      const text = formatHostMark({ ...mark, state: `/${state}` });
      assert.ok(Buffer.byteLength(text) <= 255);
    }),
  );
});

test("what somebody else wrote there is no mark", () => {
  for (const text of ["", "loopback", "weft", "weft id= mesh=a state=/"])
    assert.equal(parseHostMark(text), undefined);
});
