// Where this machine has the headers that the datapath may include.
import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { WeftError } from "@weft/netaddr";
import { clang } from "./domain/flags.ts";

const triples: Readonly<Record<string, string>> = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" };

/** Folders of headers. */
interface SystemFolders {
  /** For the include path, in order. */
  readonly include: readonly string[];
  /** Those parts of them that the datapath may take from: the compiler's own, the kernel's, libbpf's. */
  readonly headers: readonly string[];
}

/** The folders on this machine. Throws FAILED_PRECONDITION for one that is missing. */
export async function systemFolders(): Promise<SystemFolders> {
  const run = promisify(execFile);
  const { stdout } = await run(clang, ["-print-resource-dir"]).catch((cause: unknown) => {
    throw new WeftError("FAILED_PRECONDITION", `${clang} does not run`, {
      expected: `${clang} on the PATH`,
      cause,
    });
  });
  const own = join(stdout.trim(), "include");
  const machine = `/usr/include/${triples[process.arch] ?? `${process.arch}-linux-gnu`}`;
  const headers = [
    own,
    `${machine}/asm`,
    ...["linux", "asm-generic", "bpf"].map((name) => `/usr/include/${name}`),
  ];
  for (const folder of headers) {
    await access(folder).catch((cause: unknown) => {
      throw new WeftError("FAILED_PRECONDITION", `the headers in ${folder} are missing`, { cause });
    });
  }
  return { include: [own, machine, "/usr/include"], headers };
}
