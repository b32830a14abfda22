import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ObjectSpec } from "@weft/ebpf";
import {
  type AbiType,
  codeFor,
  type EnumType,
  type MapType,
  type SettingType,
  type StructType,
} from "./abi-code.ts";

/** A type as `bpftool btf dump -j` prints it, as far as it is looked at. */
interface RawType {
  readonly id: number;
  readonly kind: string;
  readonly name: string;
  readonly size?: number;
  readonly type_id?: number;
  readonly nr_elems?: number;
  readonly members?: readonly {
    readonly name: string;
    readonly type_id: number;
    readonly bits_offset: number;
  }[];
  readonly values?: readonly { readonly name: string; readonly val: number }[];
}

/** The TypeScript twins of the datapath's layouts and enums, as BTF says that clang laid them out: `datapath/gen/abi.ts`. */
export function generateAbi(root: string): Map<string, Buffer> {
  const folder = join(root, "datapath");
  const headers = readdirSync(join(folder, "abi")).filter((file) => file.endsWith(".h"));
  const texts = headers.map((file) => readFileSync(join(folder, "abi", file), "utf8"));
  const declared = texts.flatMap((text) => [...text.matchAll(/^(struct|enum) (weft_\w+) \{/gm)]);
  const names = declared.map(([, kind, name]) => `${kind} ${name}`).sort();
  const types = readBtf(folder, headers, names);
  const found = names.filter((name) => !holdsOthers(types, name)).map((name) => typeNamed(types, name));
  return new Map([["datapath/gen/abi.ts", Buffer.from(codeFor(found, ...readEntries(folder)))]]);
}

/** Whether a struct has another one in it, which is not an address: user space reads none of those. */
function holdsOthers(types: ReadonlyMap<number, RawType>, name: string): boolean {
  const raw = [...types.values()].find((type) => name === `${type.kind.toLowerCase()} ${type.name}`);
  return (raw?.members ?? []).some((member) => {
    const type = types.get(member.type_id);
    return type?.kind === "STRUCT" && type.name !== "weft_address";
  });
}

/** The maps and the settings of all entries, by name. */
function readEntries(folder: string): [MapType[], SettingType[]] {
  const maps = new Map<string, MapType>();
  const settings = new Map<string, SettingType>();
  for (const entry of readdirSync(join(folder, "entry")).filter((file) => file.endsWith(".bpf.c"))) {
    const flags = ["-O2", "-mcpu=v3", "-fno-jump-tables", "-fno-strict-aliasing", "-Itables"];
    const spec = ObjectSpec.open(compileC(folder, join("entry", entry), flags), { name: entry });
    for (const { internal, name, keySize, valueSize, maxEntries } of spec.maps.values()) {
      if (!internal) maps.set(name, { name, keySize, valueSize, maxEntries });
    }
    for (const [name, { type }] of spec.constants) settings.set(name, { name, bytes: type.size });
  }
  return [byName(maps), byName(settings)];
}

function byName<T extends { readonly name: string }>(found: ReadonlyMap<string, T>): T[] {
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The object that clang makes of a source, whose includes are relative to the room. */
function compileC(folder: string, source: string, more: readonly string[] = []): Buffer {
  const scratch = mkdtempSync(join(tmpdir(), "weft-abi-"));
  try {
    const object = join(scratch, "abi.o");
    const include = ["-I.", `-I/usr/include/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`];
    const flags = ["-target", "bpf", "-g", ...more, "-c", ...include, source, "-o", object];
    execFileSync("clang-19", flags, { cwd: folder, stdio: ["ignore", "inherit", "inherit"] });
    return readFileSync(object);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** What clang and bpftool make of a unit that has a variable of each type. */
function readBtf(folder: string, headers: readonly string[], names: readonly string[]): Map<number, RawType> {
  const scratch = mkdtempSync(join(tmpdir(), "weft-abi-"));
  try {
    const source = join(scratch, "abi.c");
    const object = join(scratch, "abi.o");
    const variables = names.map((name) => `${name} one_${name.replace(" ", "_")};`);
    writeFileSync(source, [...headers.map((file) => `#include "abi/${file}"`), ...variables, ""].join("\n"));
    writeFileSync(object, compileC(folder, source));
    const dump = execFileSync("bpftool", ["-j", "btf", "dump", "file", object], { encoding: "utf8" });
    const { types } = JSON.parse(dump) as { types: readonly RawType[] };
    return new Map(types.map((type) => [type.id, type]));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function typeNamed(types: ReadonlyMap<number, RawType>, wanted: string): StructType | EnumType {
  const [kind = "", name = ""] = wanted.split(" ");
  const raw = [...types.values()].find((type) => type.kind === kind.toUpperCase() && type.name === name);
  if (raw === undefined) throw new Error(`${wanted} is not in the BTF of datapath/abi`);
  if (kind === "enum") {
    return {
      kind: "enum",
      name,
      values: (raw.values ?? []).map((each) => ({ name: each.name, value: each.val })),
    };
  }
  const members = (raw.members ?? []).map((member) => ({
    name: member.name,
    offset: member.bits_offset / 8,
    type: typeOf(types, member.type_id),
  }));
  return { kind: "struct", name, size: raw.size ?? 0, members };
}

/** A member's type; a number keeps the typedef's word on its byte order. */
function typeOf(types: ReadonlyMap<number, RawType>, id: number, bigEndian = false): AbiType {
  const raw = types.get(id);
  if (raw === undefined) throw new Error(`BTF type ${id} is missing`);
  switch (raw.kind) {
    case "INT":
      return { kind: "number", bytes: raw.size ?? 0, bigEndian };
    case "ARRAY":
      return { kind: "bytes", bytes: (raw.nr_elems ?? 0) * sizeOf(types, raw.type_id ?? 0) };
    case "STRUCT":
      return { kind: "bytes", bytes: raw.size ?? 0 };
    default:
      return typeOf(types, raw.type_id ?? 0, bigEndian || raw.name?.startsWith("__be") === true);
  }
}

function sizeOf(types: ReadonlyMap<number, RawType>, id: number): number {
  return typeOf(types, id).bytes;
}
