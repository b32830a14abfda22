// What people hand over, read up to a bound: a device or a pipe may never end.
import { constants, createReadStream, openSync, statSync } from "node:fs";
import { Socket } from "node:net";
import { addAbortSignal, type Readable } from "node:stream";
import { WeftError } from "@weft/netaddr";

/** Bytes of one file, or of standard input, that a command takes: more than any service does. */
const most = 64 * 2 ** 20;

/** The bytes of a file. INVALID_ARGUMENT that names it when it is too large; fails as the file system does, or by the signal. */
export async function readBounded(file: string, signal: AbortSignal): Promise<Uint8Array> {
  const stream = statSync(file).isFIFO() ? openPipe(file) : createReadStream(file);
  return await readStream(stream, file, signal);
}

/** A named pipe: opened as a file it would hold up the process, signals and all, until somebody writes. */
function openPipe(file: string): Readable {
  return new Socket({ fd: openSync(file, constants.O_RDONLY | constants.O_NONBLOCK), readable: true });
}

/** The same of an open stream, which is called `name`. */
export function readStream(stream: Readable, name: string, signal: AbortSignal): Promise<Uint8Array> {
  return collect(addAbortSignal(signal, stream), name);
}

async function collect(stream: Readable, name: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream as AsyncIterable<Uint8Array>) {
    parts.push(part);
    length += part.length;
    if (length <= most) continue;
    throw new WeftError("INVALID_ARGUMENT", `${name} is too large, or does not end`, {
      field: "-f",
      expected: `at most ${most / 2 ** 20} MiB`,
    });
  }
  return Buffer.concat(parts);
}
