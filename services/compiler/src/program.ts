// A program of this machine as a sandboxed command has it: its file and its libraries, one by one.
import { execFile } from "node:child_process";
import { realpath } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { WeftError } from "@weft/netaddr";
import type { Bound } from "./domain/digest.ts";

const run = promisify(execFile);
const path = "/usr/bin:/bin";

/**
 * What has to be bound for programs to run, each at /bin/NAME and its libraries in /lib, where the dynamic linker looks
 * without being told. Throws FAILED_PRECONDITION for one that this machine does not have.
 */
export async function bindPrograms(...names: string[]): Promise<Bound[]> {
  const bound = await Promise.all(names.map(bindProgram));
  return [...new Map(bound.flat().map((each) => [each.at, each])).values()];
}

async function bindProgram(name: string): Promise<Bound[]> {
  const file = await find(name);
  // The dynamic linker's own account of what it would load; of a static program it is that there is nothing.
  const options = { env: { PATH: path, LC_ALL: "C", LD_TRACE_LOADED_OBJECTS: "1" } };
  const { stdout } = await run(file, options).catch((cause: unknown) => {
    throw new WeftError("FAILED_PRECONDITION", `${name} does not run`, { cause });
  });
  const libraries = [...stdout.matchAll(/^\s*(?:(\S+) => )?(\/\S+) \(0x/gm)].map(([, wanted, from = ""]) => {
    // The linker itself has no other name: a program names it by its path.
    return { from, at: wanted === undefined ? from : join("/lib", basename(wanted)) };
  });
  return [{ from: file, at: join("/bin", name) }, ...libraries];
}

async function find(name: string): Promise<string> {
  for (const folder of path.split(":")) {
    const found = await realpath(join(folder, name)).catch(() => undefined);
    if (found !== undefined) return found;
  }
  throw new WeftError("FAILED_PRECONDITION", `${name} is not installed`, { expected: `${name} in ${path}` });
}
