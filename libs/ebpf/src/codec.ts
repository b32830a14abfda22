import { type BtfMember, type BtfType, btfText } from "./btf.ts";

/**
 * A C value in JavaScript. Integers are numbers (bigint where 2^53 does not hold them; either is taken), arrays of
 * bytes are Uint8Array, arrays of `char` are strings, other arrays are arrays, structs are objects, `bool` is boolean.
 * Byte order is the machine's: a `__be16` comes and goes as the plain integer whose *native* bytes are stored, so
 * port 80 on a little-endian machine is 0x5000. Members named `pad...` are zero and do not appear.
 */
export type Value =
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | readonly Value[]
  | { readonly [field: string]: Value };

/** Turns values of one C type into bytes and back. */
export interface Codec {
  readonly type: BtfType;
  /** Bytes of one value. */
  readonly size: number;
  /** Throws a TypeError that names the field (after `name`) and the expected C type. */
  encode(value: Value, name?: string): Uint8Array;
  /** Throws a RangeError when there are fewer than `size` bytes. */
  decode(bytes: Uint8Array): Value;
}

/** The codec of a BTF type. */
export function codecOf(type: BtfType): Codec {
  const write = writer(type);
  const read = reader(type);
  return {
    type,
    size: type.size,
    encode(value, name = "") {
      const bytes = new Uint8Array(type.size);
      write(new DataView(bytes.buffer), 0, value, name);
      return bytes;
    },
    decode(bytes) {
      if (bytes.length < type.size)
        throw new RangeError(`${bytes.length} bytes, ${btfText(type)} has ${type.size}`);
      return read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
    },
  };
}

type Write = (view: DataView, at: number, value: Value, path: string) => void;
type Read = (view: DataView, at: number) => Value;

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function isPadding(name: string): boolean {
  return /^_*pad/.test(name);
}

function fail(path: string, type: BtfType, value: unknown): never {
  const shown =
    typeof value === "object" && value !== null ? (value.constructor?.name ?? "object") : String(value);
  throw new TypeError(`${path === "" ? "value" : path}: expected ${btfText(type)}, got ${shown}`);
}

function writer(type: BtfType): Write {
  switch (type.kind) {
    case "int":
      return intWriter(type);
    case "array":
      return type.of.kind === "int" && type.of.size === 1 ? bytesWriter(type) : arrayWriter(type);
    case "opaque":
      return bytesWriter(type);
    default:
      return structWriter(type);
  }
}

function intWriter(type: BtfType & { kind: "int" }): Write {
  const bits = BigInt(type.size * 8);
  const least = type.signed ? -(1n << (bits - 1n)) : 0n;
  const most = type.signed ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
  return (view, at, given, path) => {
    const value = typeof given === "boolean" ? Number(given) : given;
    if (typeof value !== "number" && typeof value !== "bigint") fail(path, type, given);
    if (typeof value === "number" && !Number.isSafeInteger(value)) fail(path, type, given);
    if (value < least || value > most) fail(path, type, given);
    if (type.size === 1) view.setUint8(at, Number(value) & 0xff);
    else if (type.size === 2) view.setUint16(at, Number(value) & 0xffff, littleEndian);
    else if (type.size === 4) view.setUint32(at, Number(value) >>> 0, littleEndian);
    else if (type.size === 8) view.setBigUint64(at, BigInt.asUintN(64, BigInt(value)), littleEndian);
    else fail(path, type, value);
  };
}

function bytesWriter(type: BtfType): Write {
  const text = type.kind === "array" && type.of.kind === "int" && type.of.name === "char";
  return (view, at, value, path) => {
    const target = new Uint8Array(view.buffer, view.byteOffset + at, type.size);
    if (text && typeof value === "string") {
      const bytes = new TextEncoder().encode(value);
      if (bytes.length >= type.size) fail(path, type, value);
      target.set(bytes);
    } else if ((value instanceof Uint8Array || Array.isArray(value)) && value.length === type.size) {
      target.set(value as ArrayLike<number>);
    } else fail(path, type, value);
  };
}

function arrayWriter(type: BtfType & { kind: "array" }): Write {
  const one = writer(type.of);
  return (view, at, value, path) => {
    if (!Array.isArray(value) || value.length !== type.count) fail(path, type, value);
    for (const [index, item] of (value as readonly Value[]).entries()) {
      one(view, at + index * type.of.size, item, `${path}[${index}]`);
    }
  };
}

/** A member as its users see it: what stands in anonymous structs and unions belongs to the struct around them. */
interface FlatMember extends BtfMember {
  /** Members of unions exclude each other, so none of them must be given. */
  readonly required: boolean;
}

function flatten(type: BtfType & { kind: "struct" | "union" }, base = 0, inUnion = false): FlatMember[] {
  const optional = inUnion || type.kind === "union";
  return type.members.flatMap((member) => {
    const offset = base + member.offset;
    if (member.name === "" && (member.type.kind === "struct" || member.type.kind === "union")) {
      return flatten(member.type, offset, optional);
    }
    return [{ ...member, offset, required: !optional && !isPadding(member.name) }];
  });
}

function structWriter(type: BtfType & { kind: "struct" | "union" }): Write {
  const members = flatten(type).map((member) => ({ ...member, write: writer(member.type) }));
  const known = new Set(members.map((member) => member.name));
  return (view, at, value, path) => {
    if (typeof value !== "object" || value instanceof Uint8Array || Array.isArray(value))
      fail(path, type, value);
    const fields = value as { readonly [field: string]: Value };
    const prefix = path === "" ? "" : `${path}.`;
    for (const name of Object.keys(fields)) {
      if (!known.has(name)) throw new TypeError(`${prefix}${name}: no such member in ${btfText(type)}`);
    }
    for (const member of members) {
      const field = fields[member.name];
      if (field !== undefined) member.write(view, at + member.offset, field, prefix + member.name);
      else if (member.required) {
        throw new TypeError(`${prefix}${member.name}: missing, expected ${btfText(member.type)}`);
      }
    }
  };
}

function reader(type: BtfType): Read {
  switch (type.kind) {
    case "int":
      return intReader(type);
    case "array":
      return arrayReader(type);
    case "opaque":
      return (view, at) => bytesAt(view, at, type.size);
    default:
      return structReader(type);
  }
}

function bytesAt(view: DataView, at: number, size: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, size).slice();
}

function intReader(type: BtfType & { kind: "int" }): Read {
  if (type.bool) return (view, at) => view.getUint8(at) !== 0;
  if (type.size === 1) return (view, at) => (type.signed ? view.getInt8(at) : view.getUint8(at));
  if (type.size === 2)
    return (view, at) => (type.signed ? view.getInt16(at, littleEndian) : view.getUint16(at, littleEndian));
  if (type.size === 4)
    return (view, at) => (type.signed ? view.getInt32(at, littleEndian) : view.getUint32(at, littleEndian));
  if (type.size !== 8) return (view, at) => bytesAt(view, at, type.size);
  return (view, at) => {
    const wide = type.signed ? view.getBigInt64(at, littleEndian) : view.getBigUint64(at, littleEndian);
    const narrow = Number(wide);
    return Number.isSafeInteger(narrow) ? narrow : wide;
  };
}

function arrayReader(type: BtfType & { kind: "array" }): Read {
  const { of, count } = type;
  if (of.kind === "int" && of.name === "char") {
    return (view, at) => {
      const bytes = bytesAt(view, at, type.size);
      const end = bytes.indexOf(0);
      return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
    };
  }
  if (of.kind === "int" && of.size === 1 && !of.bool) return (view, at) => bytesAt(view, at, type.size);
  const one = reader(of);
  return (view, at) => Array.from({ length: count }, (_, index) => one(view, at + index * of.size));
}

function structReader(type: BtfType & { kind: "struct" | "union" }): Read {
  const members = flatten(type)
    .filter((member) => !isPadding(member.name))
    .map(({ name, offset, type: of }) => ({ name, offset, read: reader(of) }));
  return (view, at) => {
    const value: { [field: string]: Value } = {};
    for (const { name, offset, read } of members) value[name] = read(view, at + offset);
    return value;
  };
}
