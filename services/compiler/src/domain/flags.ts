/** Folder of generated files; first on the include path. */
export const generatedFolder = "generated";

/** The compiler. */
export const clang = "clang-19";

/** Stands in the flags for the folder of the sources, which is another in every run. */
const sourcesMark = "@";

/**
 * The flags of every object, with the folders where system headers are. No jump tables: they would need relocations that
 * old kernels refuse. No strict aliasing: the datapath reads addresses in halves. A finding's place is where it is, not
 * where `#line` says; a crash is not run again to describe it.
 */
export function flagsFor(system: readonly string[]): string[] {
  return [
    ...["-target", "bpf", "-mcpu=v3", "-O2", "-g", "-Wall", "-Wextra", "-Werror"],
    ...["-fno-jump-tables", "-fno-strict-aliasing", "-fno-color-diagnostics", "-fno-caret-diagnostics"],
    ...["-fno-crash-diagnostics", "-Xclang", "-fno-diagnostics-use-presumed-location"],
    ...["-fdebug-compilation-dir=.", `-ffile-prefix-map=${sourcesMark}/=`, "-nostdinc"],
    ...system.map((folder) => `-isystem${folder}`),
    ...[`-I${sourcesMark}/${generatedFolder}`, `-I${sourcesMark}/tables`, `-I${sourcesMark}`],
  ];
}

/** The flags for sources in a folder. */
export function flagsAt(flags: readonly string[], folder: string): string[] {
  return flags.map((flag) => flag.replaceAll(sourcesMark, folder));
}
