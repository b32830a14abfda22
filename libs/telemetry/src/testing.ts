// For tests of what processes report.
export { type BlackHole, startBlackHole } from "./black-hole.ts";
export { type OtlpReceiver, type ReceivedSpan, readSpans, startOtlpReceiver } from "./otlp-receiver.ts";
