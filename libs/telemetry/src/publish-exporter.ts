import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";

/** Receives finished spans of one trace as an OTLP/JSON ExportTraceServiceRequest; must not block. */
export type PublishSpans = (traceId: string, otlpJson: Uint8Array) => void;

/** Spans kept while nobody takes them yet, so that a process's first spans survive until it is connected. */
const waitingLimit = 2048;

/** Hands finished spans, one message a trace, to whoever is set as `publish`. */
export class PublishExporter implements SpanExporter {
  #publish: PublishSpans | undefined;
  #waiting: ReadableSpan[] = [];

  /** Sets the taker and gives it what has waited. */
  publishTo(publish: PublishSpans): void {
    this.#publish = publish;
    this.#send(this.#waiting.splice(0), publish);
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    try {
      if (this.#publish !== undefined) this.#send(spans, this.#publish);
      else this.#waiting.push(...spans.slice(0, waitingLimit - this.#waiting.length));
      done({ code: ExportResultCode.SUCCESS });
    } catch (error) {
      // A closed connection loses spans, never the process.
      done({
        code: ExportResultCode.FAILED,
        error: error instanceof Error ? error : new Error(String(error)),
      });
    }
  }

  async shutdown(): Promise<void> {
    this.#publish = undefined;
  }

  #send(spans: readonly ReadableSpan[], publish: PublishSpans): void {
    const byTrace = Map.groupBy(spans, (span) => span.spanContext().traceId);
    for (const [traceId, members] of byTrace) {
      const bytes = JsonTraceSerializer.serializeRequest(members);
      if (bytes !== undefined) publish(traceId, bytes);
    }
  }
}
