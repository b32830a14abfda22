/** What a member of a struct is: a number, or bytes that are taken as they are. */
export type AbiType =
  | { readonly kind: "number"; readonly bytes: number; readonly bigEndian: boolean }
  | { readonly kind: "bytes"; readonly bytes: number };

/** A struct of datapath/abi; offsets in bytes. */
export interface StructType {
  readonly kind: "struct";
  readonly name: string;
  readonly size: number;
  readonly members: readonly { readonly name: string; readonly offset: number; readonly type: AbiType }[];
}

/** A map of the datapath; sizes in bytes. */
export interface MapType {
  readonly name: string;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
}

/** A variable that is set before the load. */
export interface SettingType {
  readonly name: string;
  readonly bytes: number;
}

/** An enum of datapath/abi. */
export interface EnumType {
  readonly kind: "enum";
  readonly name: string;
  readonly values: readonly { readonly name: string; readonly value: number }[];
}

const head = `// Generated from datapath/abi by npm run generate: what clang makes of it, as BTF says.
// Numbers are in the machine's byte order (little endian on every target of Weft), but for those that C calls __be16
// or __be32. Numbers of 64 bits are exact up to 2^53. Bytes that are read are a view, not a copy.

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function put(bytes: Uint8Array, offset: number, size: number, value: Uint8Array): void {
  if (value.length !== size) throw new RangeError(\`\${size} bytes are wanted, not \${value.length}\`);
  bytes.set(value, offset);
}
`;

/** The TypeScript of these types, maps and settings. */
export function codeFor(
  types: readonly (StructType | EnumType)[],
  maps: readonly MapType[],
  settings: readonly SettingType[],
): string {
  // An address is its bytes.
  const told = types.filter((type) => type.name !== "weft_address");
  const parts = told.map((type) => (type.kind === "enum" ? enumCode(type) : structCode(type)));
  return [head, ...parts, mapsCode(maps), settingsCode(settings)].join("\n");
}

function mapsCode(maps: readonly MapType[]): string {
  const rows = maps.map(
    ({ name, keySize, valueSize, maxEntries }) =>
      `  ${name}: { keySize: ${keySize}, valueSize: ${valueSize}, maxEntries: ${maxEntries} },`,
  );
  return [
    "/** Every map of the datapath; sizes in bytes. */",
    "export const maps = {",
    ...rows,
    "} as const;",
    "",
  ].join("\n");
}

function settingsCode(settings: readonly SettingType[]): string {
  return [
    "/** Bytes of everything that is set before a program is loaded (abi/settings.h). */",
    "export const settings = {",
    ...settings.map(({ name, bytes }) => `  ${name}: ${bytes},`),
    "} as const;",
    "",
  ].join("\n");
}

function enumCode({ name, values }: EnumType): string {
  const shared = sharedPrefix(values.map((each) => each.name));
  const members = values.filter((each) => !each.name.endsWith("_COUNT"));
  const rows = members.map(
    (each) => `  ${camel(each.name.slice(shared.length).toLowerCase())}: ${each.value},`,
  );
  return [
    `/** \`enum ${name}\`. */`,
    `export const ${camel(name.slice("weft_".length))} = {`,
    ...rows,
    "} as const;",
    "",
  ].join("\n");
}

/** "WEFT_LIFE_" of WEFT_LIFE_ICMP and WEFT_LIFE_OTHER. */
function sharedPrefix(names: readonly string[]): string {
  const words = names.map((name) => name.split("_"));
  const [first = []] = words;
  let count = 0;
  while (count < first.length - 1 && words.every((each) => each[count] === first[count])) count += 1;
  return `${first.slice(0, count).join("_")}_`;
}

function structCode({ name, size, members }: StructType): string {
  const own = camel(name.slice("weft_".length));
  const type = `Abi${own[0]?.toUpperCase()}${own.slice(1)}`;
  const parts = members.filter((member) => !member.name.startsWith("pad"));
  const fields = parts.map((part) => `  readonly ${camel(part.name)}: ${typeScript(part.type)};`);
  return [
    `/** Bytes of \`struct ${name}\`, and where its parts begin. */`,
    `export const ${own}Layout = {`,
    `  size: ${size},`,
    "  at: {",
    ...parts.map((part) => `    ${camel(part.name)}: ${part.offset},`),
    "  },",
    "} as const;",
    "",
    `/** \`struct ${name}\`. */`,
    `export interface ${type} {`,
    ...fields,
    "}",
    "",
    `/** The bytes of a \`struct ${name}\`; its pad is zero. */`,
    `export function encode${type.slice(3)}(value: ${type}): Uint8Array {`,
    `  const bytes = new Uint8Array(${size});`,
    ...(parts.some((part) => part.type.kind === "number") ? ["  const view = viewOf(bytes);"] : []),
    ...parts.map(
      ({ name: part, offset, type: each }) => `  ${writing(each, offset, `value.${camel(part)}`)}`,
    ),
    "  return bytes;",
    "}",
    "",
    `/** What the bytes of a \`struct ${name}\` say. */`,
    `export function decode${type.slice(3)}(bytes: Uint8Array): ${type} {`,
    ...(parts.some((part) => part.type.kind === "number") ? ["  const view = viewOf(bytes);"] : []),
    "  return {",
    ...parts.map(({ name: part, offset, type: each }) => `    ${camel(part)}: ${reading(each, offset)},`),
    "  };",
    "}",
    "",
  ].join("\n");
}

function typeScript(type: AbiType): string {
  return type.kind === "number" ? "number" : "Uint8Array";
}

function writing(type: AbiType, offset: number, value: string): string {
  if (type.kind === "bytes") return `put(bytes, ${offset}, ${type.bytes}, ${value});`;
  const order = type.bytes === 1 ? "" : `, ${!type.bigEndian}`;
  if (type.bytes === 8) return `view.setBigUint64(${offset}, BigInt(${value})${order});`;
  return `view.setUint${type.bytes * 8}(${offset}, ${value}${order});`;
}

function reading(type: AbiType, offset: number): string {
  if (type.kind === "bytes") return `bytes.subarray(${offset}, ${offset + type.bytes})`;
  const order = type.bytes === 1 ? "" : `, ${!type.bigEndian}`;
  if (type.bytes === 8) return `Number(view.getBigUint64(${offset}${order}))`;
  return `view.getUint${type.bytes * 8}(${offset}${order})`;
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
