import type { BtfType } from "./btf.ts";
import { type Codec, codecOf, type Value } from "./codec.ts";
import { Descriptor } from "./descriptor.ts";
import { guard, guarded } from "./error.ts";
import { mapOf } from "./kernel-map.ts";
import { mapTypeName, type ProgramType, programTypeName, programTypeNumber } from "./kinds.ts";
import type { HasDescriptor, MapSpec } from "./map.ts";
import { type NativeDescription, type NativeMapSpec, native } from "./native.ts";
import { type LoadedObject, loadedObject } from "./object.ts";
import { programOf } from "./program.ts";
import { mapCodec } from "./typed-map.ts";

/** A program as an object holds it. */
export interface ProgramSpec {
  readonly name: string;
  readonly section: string;
  /** From the section's name; "unspec" when that says nothing: force one with `LoadOptions.types`. */
  readonly type: ProgramType;
  /** Before verification. */
  readonly instructions: number;
}

/**
 * A variable that is set before the load: `const volatile`, in .rodata, which the verifier takes for a constant; or in a section
 * `.data.*`, which begins as zeros, of which the verifier knows nothing, and which may be written again.
 */
export interface ConstantSpec {
  readonly name: string;
  readonly section: string;
  /** Where it is in its section. */
  readonly offset: number;
  readonly type: BtfType;
  readonly codec: Codec;
}

/** How to load an object. */
export interface LoadOptions {
  /** Maps that exist already, in place of the object's own. They must agree in type and sizes (EINVAL). */
  readonly reuse?: Readonly<Record<string, HasDescriptor>>;
  /** Maps that are not made, because only code that the constants switch off uses them. */
  readonly without?: readonly string[];
  /** Only these programs; default all. */
  readonly programs?: readonly string[];
  /** Types of programs whose section's name does not tell. */
  readonly types?: Readonly<Record<string, ProgramType>>;
  readonly signal?: AbortSignal;
}

/**
 * A compiled object before it is loaded: what is in it, and its constants, which may be set. A plain value that may be
 * loaded any number of times; it holds nothing in the kernel.
 */
export interface ObjectSpec {
  readonly name: string;
  readonly programs: ReadonlyMap<string, ProgramSpec>;
  readonly maps: ReadonlyMap<string, MapSpec>;
  readonly constants: ReadonlyMap<string, ConstantSpec>;
  /** Throws a TypeError that names the constant and its C type; a RangeError when there is no such constant. */
  setConstant(name: string, value: Value): void;
  /** The value that would be loaded. */
  constant(name: string): Value;
  /** A copy of the bytes of .rodata that would be loaded: those of the map ".rodata" of the loaded program. */
  rodata(): Uint8Array;
  /** The same of each section `.data.*`, by its name, which is that of its map. */
  data(): ReadonlyMap<string, Uint8Array>;
  /** Another spec of the same object with the constants as they are now. */
  copy(): ObjectSpec;
  /** Loads it off the event loop. Throws VerifierError or EbpfError; then nothing of it stays in the kernel. */
  load(options?: LoadOptions): Promise<LoadedObject>;
}

/** Where objects come from. */
export const ObjectSpec = { open: openSpec };

/** Reads an ELF object made by `clang -target bpf -g`. The bytes are copied. Throws EbpfError when they are no such. */
function openSpec(bytes: Uint8Array, options: { readonly name?: string } = {}): ObjectSpec {
  const name = options.name ?? "object";
  const copy = bytes.slice();
  const described = guard(() => native.describeObject(copy, name));
  const data = described.maps.filter((map) => map.internal && map.name.startsWith(dataPrefix));
  return new ElfSpec(name, copy, described, {
    rodata: described.rodata?.slice() ?? new Uint8Array(0),
    data: new Map(data.map((map) => [map.name, new Uint8Array(map.valueSize)])),
  });
}

const dataPrefix = ".data.";

/** Bytes of the sections that are set before the load. */
interface Sections {
  readonly rodata: Uint8Array;
  readonly data: ReadonlyMap<string, Uint8Array>;
}

class ElfSpec implements ObjectSpec {
  readonly name: string;
  readonly programs: ReadonlyMap<string, ProgramSpec>;
  readonly maps: ReadonlyMap<string, MapSpec>;
  readonly constants: ReadonlyMap<string, ConstantSpec>;
  readonly #elf: Uint8Array;
  readonly #described: NativeDescription;
  readonly #rodata: Uint8Array;
  readonly #data: ReadonlyMap<string, Uint8Array>;

  constructor(name: string, elf: Uint8Array, described: NativeDescription, { rodata, data }: Sections) {
    this.name = name;
    this.#elf = elf;
    this.#described = described;
    this.#rodata = rodata;
    this.#data = data;
    this.programs = new Map(
      described.programs.map((program) => [
        program.name,
        { ...program, type: programTypeName(program.type) },
      ]),
    );
    this.maps = new Map(described.maps.map((map) => [map.name, mapSpec(map)]));
    this.constants = new Map(
      described.variables
        .filter(({ section }) => section === ".rodata" || data.has(section))
        .map(({ name, section, offset, type }) => [
          name,
          { name, section, offset, type, codec: codecOf(type) },
        ]),
    );
  }

  setConstant(name: string, value: Value): void {
    const { section, offset, codec } = this.#constant(name);
    this.#bytes(section).set(codec.encode(value, name), offset);
  }

  constant(name: string): Value {
    const { section, offset, codec } = this.#constant(name);
    return codec.decode(this.#bytes(section).subarray(offset));
  }

  rodata(): Uint8Array {
    return this.#rodata.slice();
  }

  data(): ReadonlyMap<string, Uint8Array> {
    return new Map([...this.#data].map(([section, bytes]) => [section, bytes.slice()]));
  }

  copy(): ObjectSpec {
    return new ElfSpec(this.name, this.#elf, this.#described, { rodata: this.rodata(), data: this.data() });
  }

  async load(options: LoadOptions = {}): Promise<LoadedObject> {
    const { signal, programs, without = [], reuse = {}, types = {} } = options;
    signal?.throwIfAborted();
    const loaded = await guarded(() =>
      native.loadObject(this.#elf, this.name, {
        rodata: this.#rodata.length === 0 ? undefined : this.rodata(),
        reuse: Object.entries(reuse).map(([name, map]) => ({ name, fd: map.fd })),
        without,
        programs,
        types: Object.entries(types).map(([name, type]) => ({ name, type: programTypeNumber(type) })),
      }),
    );
    const object = loadedObject(
      this.name,
      loaded.programs.map(
        ({ name, fd }) => [name, programOf(new Descriptor(fd, `program ${name}`))] as const,
      ),
      loaded.maps.map(
        ({ name, fd }) => [name, mapOf(new Descriptor(fd, `map ${name}`), this.#types(name))] as const,
      ),
    );
    // Nothing runs yet.
    for (const [section, bytes] of this.#data) object.maps.get(section)?.update(new Uint8Array(4), bytes);
    if (signal?.aborted) object.close();
    signal?.throwIfAborted();
    return object;
  }

  #bytes(section: string): Uint8Array {
    return this.#data.get(section) ?? this.#rodata;
  }

  #constant(name: string): ConstantSpec {
    const constant = this.constants.get(name);
    if (constant === undefined) {
      const known = [...this.constants.keys()].join(", ");
      throw new RangeError(`${this.name} has no constant ${name} (it has: ${known})`);
    }
    return constant;
  }

  #types(name: string): NativeMapSpec {
    const spec = this.#described.maps.find((map) => map.name === name);
    if (spec === undefined) throw new RangeError(`${this.name} has no map ${name}`);
    return spec;
  }
}

function mapSpec(map: NativeMapSpec): MapSpec {
  const { name, keySize, valueSize, maxEntries, flags, internal } = map;
  return {
    name,
    type: mapTypeName(map.type),
    keySize,
    valueSize,
    maxEntries,
    flags,
    internal,
    codec: mapCodec(map),
  };
}
