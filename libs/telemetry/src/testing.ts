// For tests of what processes report.
export { type OtlpReceiver, type ReceivedSpan, readSpans, startOtlpReceiver } from "./otlp-receiver.ts";
