// OpenTelemetry for Weft's processes: one trace from the command through gRPC, the log and every host.
export { logger } from "./logger.ts";
export {
  contextFromTraceparent,
  currentTraceparent,
  extractHeaders,
  type HeaderReader,
  type HeaderWriter,
  injectHeaders,
} from "./propagation.ts";
export type { PublishSpans } from "./publish-exporter.ts";
export { SpanKind, type SpanOptions, tracer, withSpan } from "./span.ts";
export { startTelemetry, type Telemetry, type TelemetryOptions } from "./start.ts";
