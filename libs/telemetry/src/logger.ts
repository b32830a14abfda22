import { trace } from "@opentelemetry/api";
import { destination, type Logger, pino, stdTimeFunctions } from "pino";

/** A logger of JSON lines on stderr; lines written inside a span carry `trace_id` and `span_id`. */
export function logger(service: string, options: { level?: string } = {}): Logger {
  return pino(
    {
      level: options.level ?? "info",
      base: { service },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: traceOfLine,
    },
    // Synchronous: the line that says why a process died must be out before it does.
    destination({ dest: 2, sync: true }),
  );
}

function traceOfLine(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}
