import assert from "node:assert/strict";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import { chooseAttach } from "./attach.ts";

test("auto takes tcx from Linux 6.6 on, and clsact before", () => {
  const chosen = ["6.3.0", "6.5.13-cloud", "6.6", "6.10.1", "6.12.9+bpo-amd64", "7.0-rc1"].map((release) =>
    chooseAttach(release, "auto"),
  );
  assert.deepEqual(chosen, ["clsact", "clsact", "tcx", "tcx", "tcx", "tcx"]);
});

test("what is asked for is taken where the kernel has it", () => {
  assert.equal(chooseAttach("6.18.1", "clsact"), "clsact");
  assert.equal(chooseAttach("6.18.1", "tcx"), "tcx");
  assert.throws(
    () => chooseAttach("6.5.0", "tcx"),
    (error) => isWeftError(error, "FAILED_PRECONDITION") && /no tcx/.test(error.message),
  );
});

test("a kernel before 6.3, or one that cannot be told, is refused with what is needed", () => {
  for (const release of ["6.2.16", "6.1.0-28-amd64", "5.15.0", "plan9"]) {
    for (const wanted of ["auto", "tcx", "clsact"] as const) {
      assert.throws(
        () => chooseAttach(release, wanted),
        (error) => isWeftError(error, "FAILED_PRECONDITION") && /6\.3 or newer/.test(error.expected ?? ""),
      );
    }
  }
});
