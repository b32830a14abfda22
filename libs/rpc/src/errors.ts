import { Metadata, type ServiceError, type StatusObject, status } from "@grpc/grpc-js";
import { type Diagnostic, type ErrorCode, toWeftError, WeftError } from "@weft/netaddr";

/** Trailer with the fields of a WeftError beside code and message: JSON {field, expected}. */
const errorHeader = "weft-error-bin";
/** Trailer with findings about documents: a JSON list of diagnostics. */
export const diagnosticsHeader = "weft-diagnostics-bin";

/** Trailers have to stay below 16 KiB with base64, which is where gRPC's C core refuses an answer. */
const diagnosticsLimitBytes = 11 * 1024;
const messageLimit = 2048;

/** Any thrown value as a gRPC status with details in its trailers. */
export function toStatus(thrown: unknown): StatusObject {
  const error = toWeftError(thrown);
  const metadata = new Metadata();
  const { field, expected, diagnostics } = error;
  if (field !== undefined || expected !== undefined) {
    metadata.set(errorHeader, Buffer.from(JSON.stringify({ field, expected })));
  }
  if (diagnostics !== undefined) metadata.set(diagnosticsHeader, boundedDiagnostics(diagnostics));
  return { code: status[error.code], details: error.message.slice(0, messageLimit).toWellFormed(), metadata };
}

/** A failed call as the WeftError its handler threw; what the transport says keeps its words and names the method. */
export function fromServiceError(error: ServiceError, path: string): WeftError {
  const details = readJson(error.metadata?.get(errorHeader)[0]);
  const diagnostics = readJson(error.metadata?.get(diagnosticsHeader)[0]);
  const code = codeOf(error.code);
  const ofTransport = code === "UNAVAILABLE" || code === "DEADLINE_EXCEEDED";
  return new WeftError(code, ofTransport ? `${path}: ${error.details}` : error.details, {
    cause: error,
    ...textOf(details, "field"),
    ...textOf(details, "expected"),
    ...(isDiagnostics(diagnostics) ? { diagnostics } : {}),
  });
}

function codeOf(code: status): ErrorCode {
  switch (code) {
    case status.INVALID_ARGUMENT:
    case status.NOT_FOUND:
    case status.ALREADY_EXISTS:
    case status.FAILED_PRECONDITION:
    case status.RESOURCE_EXHAUSTED:
    case status.ABORTED:
    case status.UNAVAILABLE:
    case status.DEADLINE_EXCEEDED:
    case status.PERMISSION_DENIED:
    case status.CANCELLED:
      return status[code] as ErrorCode;
    default:
      return "INTERNAL";
  }
}

function boundedDiagnostics(diagnostics: readonly Diagnostic[]): Buffer {
  let kept = diagnostics.length;
  for (;;) {
    const shown: Diagnostic[] = diagnostics.slice(0, kept);
    if (kept < diagnostics.length)
      shown.push({ message: `${diagnostics.length - kept} more findings are not shown` });
    const bytes = Buffer.from(JSON.stringify(shown));
    if (bytes.length <= diagnosticsLimitBytes || kept === 0) return bytes;
    kept = Math.floor(kept / 2);
  }
}

function readJson(value: unknown): unknown {
  try {
    return Buffer.isBuffer(value) ? JSON.parse(value.toString("utf8")) : undefined;
  } catch {
    return undefined;
  }
}

function textOf<Key extends string>(value: unknown, key: Key): { [K in Key]?: string } {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return (typeof found === "string" ? { [key]: found } : {}) as { [K in Key]?: string };
}

function isDiagnostics(value: unknown): value is Diagnostic[] {
  return Array.isArray(value) && value.every((item) => typeof item?.message === "string");
}
