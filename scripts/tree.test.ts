import assert from "node:assert/strict";
import { test } from "node:test";
import { tree } from "./test/tree.ts";
import { checkDomains, checkImports, checkProduct, checkRelativeImports, checkTree } from "./tree.ts";

/** A line that imports; spelled so that this file is not taken for one that does. */
const importing = (path: string) => `import { x } ${"from"} "${path}";\n`;

test("a domain that imports I/O is found; its types, its tests and pure modules are not", () => {
  using made = tree({
    "services/a/src/domain/bad.ts": 'import {\n  readFile,\n} from "node:fs/promises";\nimport "node:net";\n',
    "services/a/src/domain/worse.ts": 'import { connect } from "@nats-io/transport-node";\n',
    "services/a/src/domain/map.ts": 'import { BpfMap } from "@weft/ebpf";\nexport * from "@weft/rpc";\n',
    "services/a/src/domain/good.ts":
      'import { createHash } from "node:crypto";\nimport type { Client } from "@weft/rpc";\n',
    "services/a/src/domain/good.test.ts": 'import { readFileSync } from "node:fs";\n',
    "services/a/src/door.ts": 'import { readFileSync } from "node:fs";\n',
  });
  assert.deepEqual(checkDomains(made.root), [
    "services/a/src/domain/bad.ts: node:fs/promises does I/O; a domain is pure",
    "services/a/src/domain/bad.ts: node:net does I/O; a domain is pure",
    "services/a/src/domain/map.ts: @weft/ebpf does I/O; a domain is pure",
    "services/a/src/domain/map.ts: @weft/rpc does I/O; a domain is pure",
    "services/a/src/domain/worse.ts: @nats-io/transport-node does I/O; a domain is pure",
  ]);
});

test("an import by path into another workspace is found", () => {
  using made = tree({
    "services/a/src/x.ts": `${importing("../../b/src/y.ts")}${importing("./domain/z.ts")}`,
    "tests/e2e/t.ts": importing("../../libs/log/src/index.ts"),
    "scripts/s.ts": importing("../libs/rpc/scripts/generate.ts"),
  });
  assert.deepEqual(checkRelativeImports(made.root), [
    "services/a/src/x.ts: ../../b/src/y.ts is in another workspace; import it by its name",
    "tests/e2e/t.ts: ../../libs/log/src/index.ts is in another workspace; import it by its name",
  ]);
});

test("what people run imports nothing that is there for tests", () => {
  using made = tree({
    "apps/a/src/x.ts": `${importing("@weft/log/testing")}${importing("../test/y.ts")}${importing("./tested.ts")}`,
    "apps/a/src/x.test.ts": importing("@weft/log/testing"),
    "apps/a/test/y.ts": importing("@weft/log/testing"),
    "bench/src/z.ts": importing("@weft/compiler/testing"),
  });
  assert.deepEqual(checkProduct(made.root), [
    "apps/a/src/x.ts: @weft/log/testing is for tests alone",
    "apps/a/src/x.ts: ../test/y.ts is for tests alone",
  ]);
});

test("a library that imports a service is found, also where there is no git", () => {
  using made = tree({
    "libs/a/package.json": '{"name": "@weft/a"}',
    "services/b/package.json": '{"name": "@weft/b"}',
    "libs/a/src/x.ts": importing("@weft/b"),
    "node_modules/c/long.ts": "\n".repeat(1000),
    "libs/a/src/long.ts": "\n".repeat(501),
  });
  assert.deepEqual(checkImports(made.root), ["libs/a/src/x.ts: libs must not import @weft/b"]);
  assert.deepEqual(checkTree(made.root), ["libs/a/src/long.ts: 502 lines, at most 500"]);
});
