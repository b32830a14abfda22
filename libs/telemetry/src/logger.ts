import { trace } from "@opentelemetry/api";
import { type Logger, pino, stdTimeFunctions } from "pino";
import { lastingOutput } from "./lasting-output.ts";

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
    lastingOutput(),
  );
}

function traceOfLine(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}
