import { WeftError } from "@weft/netaddr";

const blockBytes = 512;
const longestName = 100;

/** Files as a POSIX archive (ustar): readable by all, writable by nobody, owned by root, from no particular time. */
export function tarOf(files: ReadonlyMap<string, string>): Uint8Array {
  const blocks = [...files].flatMap(([path, text]) => {
    const bytes = Buffer.from(text);
    const padding = Buffer.alloc(-bytes.length & (blockBytes - 1));
    return [headerOf(path, bytes.length), bytes, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]);
}

function headerOf(path: string, bytes: number): Buffer {
  if (Buffer.byteLength(path) > longestName) {
    throw new WeftError("INVALID_ARGUMENT", `the file name ${path} is too long`, {
      expected: `at most ${longestName} bytes`,
    });
  }
  const header = Buffer.alloc(blockBytes);
  header.write(path, 0);
  const fields = [octal(0o444, 8), octal(0, 8), octal(0, 8), octal(bytes, 12), octal(0, 12)];
  header.write(fields.join(""), longestName);
  // The checksum counts its own field as spaces.
  header.write("        0", 148);
  header.write("ustar\u000000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(octal(sum, 8), 148);
  return header;
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, "0")}\0`;
}
