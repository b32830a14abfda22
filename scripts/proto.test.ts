import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "..");
const buf = join(root, "node_modules", ".bin", "buf");

/** What buf finds when a file of the contract is changed; "" when others can live with it. */
async function changed(edit: (text: string) => string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "weft-proto-"));
  try {
    cpSync(join(root, "proto"), folder, { recursive: true });
    const file = join(folder, "weft/v1/services.proto");
    const [before, after] = [readFileSync(file, "utf8"), edit(readFileSync(file, "utf8"))];
    assert.notEqual(after, before);
    writeFileSync(file, after);
    const args = ["breaking", folder, "--against", join(root, "proto/released.binpb")];
    return await promisify(execFile)(buf, args, { cwd: root }).then(
      () => "",
      (error: { readonly stdout: string }) => error.stdout,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a field that is renumbered or taken away is found without any history; a message more is no harm", async () => {
  const field = /(repeated LabelSet sets) = 1;/;
  assert.match(
    await changed((text) => text.replace(field, "$1 = 9;")),
    /field "1".*"sets"|"1" with name "sets"/,
  );
  assert.match(await changed((text) => text.replace(field, "")), /sets/);
  assert.equal(await changed((text) => `${text}\n// More.\nmessage More {\n  string name = 1;\n}\n`), "");
});
