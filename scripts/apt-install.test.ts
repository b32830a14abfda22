import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const script = join(import.meta.dirname, "apt-install");

/** Runs the script with an apt-get that notes what a package's script would be told about starting services. */
function install(options: { readonly policy?: string; readonly aptEnds?: number } = {}) {
  const directory = mkdtempSync(join(tmpdir(), "weft-apt-"));
  try {
    const tool = (name: string, text: string) => {
      writeFileSync(join(directory, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(directory, name), 0o755);
    };
    const policy = join(directory, "policy-rc.d");
    if (options.policy !== undefined) writeFileSync(policy, options.policy, { mode: 0o755 });
    const told = join(directory, "told");
    tool("apt-get", `"${policy}"; echo $? >>"${told}"; echo said; exit ${options.aptEnds ?? 0}`);
    tool("dpkg-query", "exit 1");
    tool("systemctl", `echo "$@" >"${directory}/systemctl-asked"`);
    const env = { PATH: `${directory}:${process.env.PATH}`, POLICY_RC_D: policy, TMPDIR: directory };
    const { status, stdout, stderr } = spawnSync("sh", [script, "nats-server"], { env, encoding: "utf8" });
    const asked = join(directory, "systemctl-asked");
    return {
      status,
      stdout,
      stderr,
      told: readFileSync(told, "utf8").trim().split("\n"),
      left: existsSync(policy) ? readFileSync(policy, "utf8") : undefined,
      systemctl: existsSync(asked) ? readFileSync(asked, "utf8").trim() : "",
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test("while packages are installed no service may start, and afterwards nothing is left of that", () => {
  const { status, told, left, systemctl, stderr } = install();
  assert.deepEqual([status, told, left, stderr], [0, ["101", "101"], undefined, ""]);
  assert.equal(systemctl, "disable --now nats-server");
});

test("a policy about services that is there is left as it is", () => {
  const policy = "#!/bin/sh\nexit 104\n";
  const { status, told, left } = install({ policy });
  assert.deepEqual([status, told, left], [0, ["104", "104"], policy]);
});

test("a failed installation shows what apt-get said, and leaves nothing", () => {
  const { status, left, stderr } = install({ aptEnds: 100 });
  assert.deepEqual([status, left], [1, undefined]);
  assert.match(stderr, /said/);
});
