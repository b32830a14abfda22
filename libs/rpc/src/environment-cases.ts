// For tests of services: each variable with what it may be and what it may not, tried on the function that reads it and on the
// real program.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isWeftError } from "@weft/netaddr";
import { compileCache } from "./compile-cache.ts";
import type { Variables } from "./environment.ts";

/** Values of a variable, as texts. */
interface VariableCase {
  /** Nothing begins without it. */
  readonly required?: true;
  readonly good: readonly [string, ...string[]];
  readonly bad: readonly [string, ...string[]];
}

/** The variables of a service by name. */
type EnvironmentCases = Readonly<Record<string, VariableCase>>;

/** What is no number of milliseconds from 1. */
export const noMs = ["", "0", "-1", "1.5", "1e3", "0x10", " 5", "soon"] as const;

/** The variables that every service takes. */
export const serviceCases: EnvironmentCases = {
  WEFT_STATE: { required: true, good: ["/run/weft"], bad: [""] },
  WEFT_NATS_URL: {
    required: true,
    good: ["nats://127.0.0.1:4222", "tls://n1:4222,tls://[2001:db8::1]:4222"],
    bad: [
      "",
      "localhost",
      "127.0.0.1:4222",
      "http://127.0.0.1:4222",
      "nats://127.0.0.1:4222/x",
      "nats://n1:4222,",
    ],
  },
  WEFT_NATS_SEED_FILE: { good: ["/seed"], bad: [""] },
  WEFT_NATS_STORE: { good: ["/store"], bad: [""] },
  WEFT_SOCKET: { good: ["/run/weft/second.sock"], bad: [""] },
  WEFT_TOLD_MS: { good: ["0", "12.5"], bad: ["", "-1", "soon"] },
};

/** The fewest variables that a service begins with. */
function fewest(cases: EnvironmentCases): Record<string, string> {
  const needed = Object.entries(cases).filter(([, { required }]) => required === true);
  return Object.fromEntries(needed.map(([name, { good }]) => [name, good[0]]));
}

/** Tries every value of every variable; one that is refused must be named, with what it was and what was expected. */
export function tryEnvironment(read: (variables: Variables) => unknown, cases: EnvironmentCases): void {
  const least = fewest(cases);
  read(least);
  for (const [name, { required, good, bad }] of Object.entries(cases)) {
    for (const value of good) read({ ...least, [name]: value });
    for (const value of bad)
      refused(() => read({ ...least, [name]: value }), name, `is ${JSON.stringify(value)}`);
    if (required === true) refused(() => read({ ...least, [name]: undefined }), name, "is not set");
  }
}

function refused(read: () => unknown, name: string, message: string): void {
  assert.throws(read, (error) => {
    assert.ok(isWeftError(error, "INVALID_ARGUMENT"), `${name}: ${String(error)}`);
    assert.deepEqual(
      error.diagnostics?.map((one) => [one.field, one.message]),
      [[name, message]],
    );
    assert.ok((error.diagnostics?.[0]?.expected ?? "").length > 5, `${name}: what was expected`);
    return true;
  });
}

/**
 * Starts the real program with a wrong value of each variable, twice: of all, and of all but the log and the state directory. It
 * says each in a line of its own, ends with status 2, and has begun nothing: no connection to the log, no file.
 */
export async function tryStart(main: URL, name: string, cases: EnvironmentCases): Promise<void> {
  const wrong = Object.fromEntries(Object.entries(cases).map(([variable, { bad }]) => [variable, bad[0]]));
  const state = mkdtempSync(join(tmpdir(), "weft-env-"));
  let connections = 0;
  const nats = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  try {
    await once(nats.listen(0, "127.0.0.1"), "listening");
    const address = nats.address();
    assert.ok(address !== null && typeof address === "object");
    const right = { WEFT_STATE: state, WEFT_NATS_URL: `nats://127.0.0.1:${address.port}` };
    for (const variables of [wrong, { ...wrong, ...right }]) {
      const { status, said } = await end(main, variables);
      const expected = Object.keys(cases).filter((variable) => !(variables !== wrong && variable in right));
      assert.deepEqual(
        said.split("\n").map((line) => line.replace(/ \(expected .+\)$/, "")),
        [
          ...expected.map((variable) => `weft-${name}: ${variable}: is ${JSON.stringify(wrong[variable])}`),
          "",
        ],
      );
      assert.equal(status, 2);
    }
    assert.deepEqual([connections, readdirSync(state)], [0, []]);
  } finally {
    nats.close();
    rmSync(state, { recursive: true });
  }
}

/** How a program ends with these variables, and what it says on stderr. */
async function end(main: URL, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [fileURLToPath(main)], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: compileCache, ...env },
    stdio: ["ignore", "ignore", "pipe"],
    timeout: 60_000,
  });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const [status] = await once(child, "close");
  return { status, said };
}
