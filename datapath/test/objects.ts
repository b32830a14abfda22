import {
  type Compiled,
  cachedCompile,
  compile as compileAnew,
  type Files,
  inputsOf,
  openToolchain,
  type Toolchain,
} from "@weft/compiler";
import { type ObjectSpec, ObjectSpec as Specs } from "@weft/ebpf";
import type { weft } from "@weft/proto";
import { readSources } from "../src/sources.ts";

let ready: Promise<{ sources: Files; toolchain: Toolchain }> | undefined;
const made = new Map<string, Promise<Uint8Array>>();

/** Where a run of all tests keeps what it has compiled, by the digest of all that goes in: dozens of files want the same objects. */
const folder = process.env.WEFT_TEST_OBJECTS;
const compile = folder === undefined ? compileAnew : cachedCompile(folder);

async function prepare() {
  const sources = await readSources();
  return { sources, toolchain: await openToolchain(sources) };
}

function notBuilt(compiled: Exclude<Compiled, { kind: "Object" }>): Error {
  return compiled.kind === "Fault"
    ? compiled.error
    : new Error(JSON.stringify(compiled.diagnostics, null, 2));
}

/** An object of which the entry's source is not the datapath's: it may include all that the datapath has. */
export async function buildSource(name: string, source: string): Promise<ObjectSpec> {
  ready ??= prepare();
  const { sources, toolchain } = await ready;
  const more = new Map([...sources, [`entry/${name}.bpf.c`, source]]);
  const compiled = await compile(inputsOf({ entry: name }, more, toolchain));
  if (compiled.kind !== "Object") throw notBuilt(compiled);
  return Specs.open(compiled.bytes, { name });
}

/**
 * An object as the compiler would build it, built once, perhaps with something in front of its source. Throws with
 * clang's words.
 */
export async function build(
  entry: string,
  policy?: weft.v1.IPolicyTables,
  before?: string,
): Promise<ObjectSpec> {
  ready ??= prepare();
  const { sources, toolchain } = await ready;
  const request = policy === undefined ? { entry } : { entry, policy };
  const path = `entry/${entry}.bpf.c`;
  const files =
    before === undefined ? sources : new Map([...sources, [path, `${before}${sources.get(path)}`]]);
  const inputs = inputsOf(request, files, toolchain);
  const key = JSON.stringify([entry, before, ...inputs.generated.values()]);
  let object = made.get(key);
  if (object === undefined) {
    object = compile(inputs).then((compiled) => {
      if (compiled.kind === "Object") return compiled.bytes;
      throw notBuilt(compiled);
    });
    made.set(key, object);
  }
  return Specs.open(await object, { name: entry });
}
