import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";

/** Receives finished spans of one trace as an OTLP/JSON ExportTraceServiceRequest; must not block. */
export type PublishSpans = (traceId: string, otlpJson: Uint8Array) => void;

/** Spans kept while nobody takes them yet, so that a process's first spans survive until it is connected. */
const waitingLimit = 2048;

/** Hands finished spans, one message a trace, to whoever is set as `publish`. */
export class PublishExporter implements SpanExporter {
  #publish: PublishSpans | undefined;
  #waiting: ReadableSpan[] = [];
  #sending: Promise<void> = Promise.resolve();

  /** Sets the taker; what has waited goes with the next batch or flush. */
  publishTo(publish: PublishSpans): void {
    this.#publish = publish;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#waiting.push(...spans.slice(0, waitingLimit - this.#waiting.length));
    this.forceFlush().then(
      () => done({ code: ExportResultCode.SUCCESS }),
      // A closed connection loses spans, never the process.
      (error: Error) => done({ code: ExportResultCode.FAILED, error }),
    );
  }

  /** Returns when everything handed over so far has been published. */
  forceFlush(): Promise<void> {
    const sent = this.#sending.then(() => this.#send());
    this.#sending = sent.catch(() => {});
    return sent;
  }

  async shutdown(): Promise<void> {
    this.#publish = undefined;
  }

  async #send(): Promise<void> {
    const publish = this.#publish;
    if (publish === undefined || this.#waiting.length === 0) return;
    // Imported with the first spans, because it takes as long as the SDK itself.
    const { JsonTraceSerializer } = await import("@opentelemetry/otlp-transformer");
    const byTrace = Map.groupBy(this.#waiting.splice(0), (span) => span.spanContext().traceId);
    for (const [traceId, members] of byTrace) {
      const bytes = JsonTraceSerializer.serializeRequest(members);
      if (bytes !== undefined) publish(traceId, bytes);
    }
  }
}
