const triples: Readonly<Record<string, string>> = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" };

/** Folder of generated files; first on the include path. */
export const generatedFolder = "generated";

/** The compiler. */
export const clang = "clang-19";

/**
 * The flags of every object. No jump tables: they would need relocations that old kernels refuse. No strict aliasing: the
 * datapath reads addresses in halves.
 */
export function flagsFor(architecture: string): string[] {
  return [
    ...["-target", "bpf", "-mcpu=v3", "-O2", "-g", "-Wall", "-Wextra", "-Werror"],
    ...["-fno-jump-tables", "-fno-strict-aliasing", "-fno-color-diagnostics", "-fno-caret-diagnostics"],
    "-fdebug-compilation-dir=.",
    `-I/usr/include/${triples[architecture] ?? `${architecture}-linux-gnu`}`,
    ...[`-I${generatedFolder}`, "-Itables"],
  ];
}
