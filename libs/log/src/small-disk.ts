import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of its own for a test: a tmpfs, gone when disposed. */
export interface SmallDisk extends Disposable {
  readonly path: string;
  /** Fills it to the last byte. */
  fill(): void;
  /** Takes away what filled it. */
  free(): void;
}

/** Makes a disk of so many MiB; needs root. */
export function smallDisk(sizeMib: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), "weft-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${sizeMib}m`, "weft-test", path]);
  const ballast = join(path, "ballast");
  return {
    path,
    fill() {
      const file = openSync(ballast, "a");
      for (const bytes of [2 ** 20, 2 ** 12, 1]) writeAll(file, Buffer.alloc(bytes));
      closeSync(file);
    },
    free: () => rmSync(ballast),
    [Symbol.dispose]() {
      execFileSync("umount", ["--lazy", path]);
      rmSync(path, { recursive: true });
    },
  };
}

function writeAll(file: number, piece: Buffer): void {
  try {
    for (;;) writeSync(file, piece);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  }
}
