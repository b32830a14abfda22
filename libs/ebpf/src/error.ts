import { constants } from "node:os";

const names = new Map<number, string>(
  Object.entries(constants.errno).map(([name, number]) => [number, name]),
);
names.set(524, "ENOTSUPP"); // The kernel's own; libc has no name for it.
names.set(constants.errno.EAGAIN, "EAGAIN"); // Not by its other name, EWOULDBLOCK.

/** The name of an errno ("ENOENT"); "E" and the number when it has none. */
export function errnoName(errno: number): string {
  return names.get(errno) ?? `E${errno}`;
}

/** The kernel refused. `call` says which call of the kernel or of libbpf failed, and on what. */
export class EbpfError extends Error {
  override readonly name: string = "EbpfError";
  /** The positive errno. */
  readonly errno: number;
  /** Its name, "ENOENT". */
  readonly code: string;
  /** What was called: "BPF_MAP_UPDATE_ELEM", "RTM_NEWLINK eth0". */
  readonly call: string;

  constructor(message: string, errno: number, call: string, options?: ErrorOptions) {
    super(message, options);
    this.errno = errno;
    this.code = errnoName(errno);
    this.call = call;
  }
}

/** The verifier refused a program. The message quotes the end of its log, `log` is all of it. */
export class VerifierError extends EbpfError {
  override readonly name = "VerifierError";
  /** The program that was refused. */
  readonly program: string;
  /** All that the verifier said. */
  readonly log: string;

  constructor(program: string, log: string, errno: number, call: string, options?: ErrorOptions) {
    super(
      `the verifier refused ${program} (${errnoName(errno)}):\n${lastLines(log, 12)}`,
      errno,
      call,
      options,
    );
    this.program = program;
    this.log = log;
  }
}

function lastLines(log: string, count: number): string {
  const lines = log.trimEnd().split("\n");
  const end = lines.findLastIndex((line) => !line.startsWith("processed ") && line.trim() !== "") + 1;
  return lines
    .slice(Math.max(0, end - count), end)
    .map((line) => `  ${line}`)
    .join("\n");
}

/** What the addon throws: a plain Error with these. */
interface NativeFailure extends Error {
  readonly errno: number;
  readonly call: string;
  readonly log?: string;
  readonly program?: string;
}

function isNativeFailure(error: unknown): error is NativeFailure {
  return error instanceof Error && "errno" in error && "call" in error && !(error instanceof EbpfError);
}

/** The addon's error as one of ours; any other error as it is. */
export function lift(error: unknown): unknown {
  if (!isNativeFailure(error)) return error;
  if (error.log !== undefined && error.log !== "") {
    return new VerifierError(error.program ?? "a program", error.log, error.errno, error.call);
  }
  const said = error.message === "" ? "" : `: ${error.message}`;
  return new EbpfError(`${error.call}: ${errnoName(error.errno)}${said}`, error.errno, error.call);
}

/** Calls the addon and turns what it throws into an EbpfError. */
export function guard<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw lift(error);
  }
}

/** As `guard`, for a call that answers later. */
export async function guarded<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw lift(error);
  }
}
