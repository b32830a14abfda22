/** What kind of failure it is; the names are gRPC's status codes. */
export type ErrorCode =
  | "INVALID_ARGUMENT"
  | "NOT_FOUND"
  | "ALREADY_EXISTS"
  | "FAILED_PRECONDITION"
  | "RESOURCE_EXHAUSTED"
  | "ABORTED"
  | "UNAVAILABLE"
  | "DEADLINE_EXCEEDED"
  | "INTERNAL"
  | "PERMISSION_DENIED"
  | "CANCELLED";

/** One finding about a text a person handed in; the same fields as `weft.v1.Diagnostic`. */
export type Diagnostic = {
  readonly file?: string;
  /** First line is 1; 0 or absent when unknown. */
  readonly line?: number;
  readonly column?: number;
  readonly field?: string;
  readonly message: string;
  readonly expected?: string;
};

/** What a `WeftError` carries beside code and message. */
export type WeftErrorOptions = {
  readonly cause?: unknown;
  readonly field?: string;
  readonly expected?: string;
  readonly diagnostics?: readonly Diagnostic[];
};

/** The one exception of Weft: what kind, what was wrong in words, which field, what would have been right. */
export class WeftError extends Error {
  readonly code: ErrorCode;
  /** Path of the offending field, e.g. `spec.ingress[0].from`. */
  readonly field?: string;
  /** What would have been right, e.g. `a prefix such as fd00::/64`. */
  readonly expected?: string;
  /** Findings about documents, when the request carried some. */
  readonly diagnostics?: readonly Diagnostic[];

  constructor(code: ErrorCode, message: string, options: WeftErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : {});
    this.name = "WeftError";
    this.code = code;
    if (options.field !== undefined) this.field = options.field;
    if (options.expected !== undefined) this.expected = options.expected;
    if (options.diagnostics !== undefined) this.diagnostics = options.diagnostics;
  }
}

/** Whether a caught value is a `WeftError`, optionally of one code. */
export function isWeftError(thrown: unknown, code?: ErrorCode): thrown is WeftError {
  return thrown instanceof WeftError && (code === undefined || thrown.code === code);
}

/** Any caught value as a `WeftError`: aborts become CANCELLED, what is unknown becomes INTERNAL with its cause. */
export function toWeftError(thrown: unknown): WeftError {
  if (thrown instanceof WeftError) return thrown;
  if (!(thrown instanceof Error)) return new WeftError("INTERNAL", String(thrown), { cause: thrown });
  if (thrown.name === "AbortError")
    return new WeftError("CANCELLED", "the caller gave up", { cause: thrown });
  if (thrown.name === "TimeoutError")
    return new WeftError("DEADLINE_EXCEEDED", thrown.message, { cause: thrown });
  return new WeftError("INTERNAL", thrown.message, { cause: thrown });
}

const reasons: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOSPC: ["RESOURCE_EXHAUSTED", "no space is left"],
  EDQUOT: ["RESOURCE_EXHAUSTED", "the disk quota is used up"],
  EMFILE: ["RESOURCE_EXHAUSTED", "too many files are open in this process"],
  ENFILE: ["RESOURCE_EXHAUSTED", "too many files are open on this machine"],
  EROFS: ["FAILED_PRECONDITION", "the file system is read-only"],
  EACCES: ["PERMISSION_DENIED", "this user may not write there"],
  EPERM: ["PERMISSION_DENIED", "this user may not write there"],
  EIO: ["UNAVAILABLE", "the disk does not work (EIO)"],
  ENOTDIR: ["FAILED_PRECONDITION", "a part of the path is a file"],
};

/** Why a path cannot be written, in words that name it; any other failure as it was. */
export function cannotWrite(path: string, cause: unknown): unknown {
  const reason = reasons[errnoOf(cause)];
  if (reason === undefined) return cause;
  return new WeftError(reason[0], `cannot write ${path}: ${reason[1]}`, { cause });
}

const unreadable: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOENT: ["NOT_FOUND", "it does not exist"],
  ENOTDIR: ["FAILED_PRECONDITION", "a part of the path is a file"],
  EISDIR: ["FAILED_PRECONDITION", "it is a directory"],
  ELOOP: ["FAILED_PRECONDITION", "the links of the path lead in a circle"],
  ENAMETOOLONG: ["FAILED_PRECONDITION", "the path is too long"],
  ENXIO: ["FAILED_PRECONDITION", "it is a socket, or a device that is not there"],
  EACCES: ["PERMISSION_DENIED", "this user may not read it"],
  EPERM: ["PERMISSION_DENIED", "this user may not read it"],
  EMFILE: ["RESOURCE_EXHAUSTED", "too many files are open in this process"],
  ENFILE: ["RESOURCE_EXHAUSTED", "too many files are open on this machine"],
  EIO: ["UNAVAILABLE", "the disk does not work (EIO)"],
  ESTALE: ["UNAVAILABLE", "its file system has lost it (ESTALE)"],
};

/** Why a path cannot be read, in words that name it; any other failure as it was. */
export function cannotRead(path: string, cause: unknown): unknown {
  const reason = unreadable[errnoOf(cause)];
  if (reason === undefined) return cause;
  return new WeftError(reason[0], `cannot read ${path}: ${reason[1]}`, { cause });
}

const shortages: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EMFILE", "ENFILE", "EROFS", "EIO"]);

/** Whether something could not be done because the machine had no room for it, or its disk failed: it may work later. */
export function isShortage(error: unknown): boolean {
  return shortages.has(errnoOf(error)) || (error instanceof WeftError && shortages.has(errnoOf(error.cause)));
}

/** Name of a system call's failure, e.g. "ENOSPC"; "" when it is none. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
