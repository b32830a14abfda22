import assert from "node:assert/strict";
import { test } from "node:test";
import { hostNetns } from "@weft/lab";
import { meshName } from "./paths.ts";

test("at the default place the mesh has the plain name, elsewhere one of its own", () => {
  assert.equal(meshName("/run/weft", "lab"), "lab");
  assert.equal(meshName("/run/weft/", "machine"), "mesh");
  const names = ["/tmp/a", "/tmp/b/a", "/tmp/A.b-c_d/Weft Test"].map((state) => meshName(state, "lab"));
  assert.equal(new Set(names).size, 3);
  for (const name of names) assert.match(name, /^[a-z0-9]{1,12}$/);
});

test("namespaces of the lab are named after mesh and host", () => {
  assert.equal(hostNetns(meshName("/run/weft", "lab"), "h1"), "weft-lab-h1");
});
