/** A C type as BTF describes it, resolved to a tree. Typedefs and qualifiers are gone; sizes and offsets in bytes. */
export type BtfType =
  | {
      readonly kind: "int";
      readonly name: string;
      readonly size: number;
      readonly signed: boolean;
      readonly bool: boolean;
    }
  | { readonly kind: "array"; readonly size: number; readonly of: BtfType; readonly count: number }
  | {
      readonly kind: "struct" | "union";
      readonly name: string;
      readonly size: number;
      readonly members: readonly BtfMember[];
    }
  | { readonly kind: "opaque"; readonly name: string; readonly size: number };

/** A member of a struct or union. An anonymous struct's member has the name "". */
export interface BtfMember {
  readonly name: string;
  readonly offset: number;
  readonly type: BtfType;
}

/** The type as C would write it: "u32", "u8[16]", "struct weft_address { u8 bytes[16]; }". */
export function btfText(type: BtfType): string {
  switch (type.kind) {
    case "int":
      return type.bool ? "bool" : `${type.signed ? "s" : "u"}${type.size * 8}`;
    case "array":
      return `${btfText(type.of)}[${type.count}]`;
    case "opaque":
      return `${type.name} (${type.size} bytes)`;
    default:
      return `${type.kind} ${type.name} { ${type.members.map((m) => `${btfText(m.type)} ${m.name}`).join("; ")} }`;
  }
}
