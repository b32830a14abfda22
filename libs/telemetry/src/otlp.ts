import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The exporter that the standard variables ask for (OpenTelemetry specification, "Environment Variable Specification"):
 * OTEL_TRACES_EXPORTER (none, otlp, console), OTEL_EXPORTER_OTLP_[TRACES_]ENDPOINT and _PROTOCOL (http/protobuf,
 * http/json, grpc). Headers, timeouts and compression are read by the exporters themselves. Undefined: none is asked for.
 */
export function exporterFromEnvironment(env: Environment): SpanExporter | undefined {
  const kind = env.OTEL_TRACES_EXPORTER?.trim();
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (kind === "none" || (!kind && !endpoint)) return undefined;
  if (kind === "console") return new LateExporter(loadConsole);
  if (kind && kind !== "otlp")
    throw new Error(`OTEL_TRACES_EXPORTER is "${kind}"; expected otlp, console or none`);
  const protocol =
    env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL || "http/protobuf";
  const load = loaders.get(protocol);
  if (load === undefined) {
    throw new Error(
      `OTEL_EXPORTER_OTLP_PROTOCOL is "${protocol}"; expected ${[...loaders.keys()].join(", ")}`,
    );
  }
  return new LateExporter(load);
}

const loadConsole = async () => new (await import("@opentelemetry/sdk-trace")).ConsoleSpanExporter();

const loaders = new Map<string, () => Promise<SpanExporter>>([
  [
    "http/protobuf",
    async () => new (await import("@opentelemetry/exporter-trace-otlp-proto")).OTLPTraceExporter(),
  ],
  [
    "http/json",
    async () => new (await import("@opentelemetry/exporter-trace-otlp-http")).OTLPTraceExporter(),
  ],
  ["grpc", async () => new (await import("@opentelemetry/exporter-trace-otlp-grpc")).OTLPTraceExporter()],
]);

/** An exporter that is imported beside the start of the process: most processes never need one. */
class LateExporter implements SpanExporter {
  readonly #exporter: Promise<SpanExporter>;

  constructor(load: () => Promise<SpanExporter>) {
    this.#exporter = load();
    // Told to every export; without this a failed import would end the process.
    this.#exporter.catch(() => {});
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#exporter.then(
      (exporter) => exporter.export(spans, done),
      (error: Error) => done({ code: ExportResultCode.FAILED, error }),
    );
  }

  async forceFlush(): Promise<void> {
    await (await this.#exporter).forceFlush?.();
  }

  async shutdown(): Promise<void> {
    await (await this.#exporter).shutdown();
  }
}
