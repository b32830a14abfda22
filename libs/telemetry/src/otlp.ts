import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";
import { WeftError } from "@weft/netaddr";

type Environment = Readonly<Record<string, string | undefined>>;

/** The exporter that was asked for. */
export interface Collector extends SpanExporter {
  /** Returns when the exporter's code is there: from then on only the collector can be slow. */
  loaded(): Promise<void>;
  /** Whether it did not take the last spans. */
  readonly failing: boolean;
  /** Notes that it did not take spans; told once until it takes some. */
  failed(reason: string): void;
}

/**
 * The exporter that the standard variables ask for (OpenTelemetry specification, "Environment Variable Specification"):
 * OTEL_TRACES_EXPORTER (none, otlp, console), OTEL_EXPORTER_OTLP_[TRACES_]ENDPOINT and _PROTOCOL (http/protobuf,
 * http/json, grpc). Headers, timeouts and compression are read by the exporters themselves. Undefined: none is asked for.
 * `told` hears why spans do not arrive, once until some arrive again.
 */
export function exporterFromEnvironment(
  env: Environment,
  told: (reason: string) => void = () => {},
): Collector | undefined {
  const kind = env.OTEL_TRACES_EXPORTER?.trim();
  const { name, value: endpoint } = firstSet(env, endpoints);
  if (kind === "none" || (!kind && !endpoint)) return undefined;
  if (endpoint && !URL.canParse(endpoint)) throw wrong(name, endpoint, "a URL such as http://127.0.0.1:4318");
  const place = endpoint || "the OTLP default endpoint";
  if (kind === "console") return new LateExporter("the console", loadConsole, told);
  if (kind && kind !== "otlp") throw wrong("OTEL_TRACES_EXPORTER", kind, "otlp, console or none");
  const protocol = firstSet(env, protocols);
  const load = loaders.get(protocol.value ?? "http/protobuf");
  if (load === undefined) throw wrong(protocol.name, protocol.value ?? "", [...loaders.keys()].join(", "));
  return new LateExporter(place, load, told);
}

/** The variable of traces comes before the one of all signals. */
const endpoints = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"] as const;
const protocols = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"] as const;

/** Value and name of the first that is set; a variable that is empty is not set (the same specification). */
function firstSet(env: Environment, [first, second]: typeof endpoints | typeof protocols) {
  const name = env[first] ? first : second;
  return { name, value: env[name] || undefined };
}

/** A standard variable that means nothing. */
export function wrong(variable: string, value: string, expected: string): WeftError {
  return new WeftError("INVALID_ARGUMENT", `it is "${value}"`, { field: variable, expected });
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
class LateExporter implements Collector {
  readonly #place: string;
  readonly #exporter: Promise<SpanExporter>;
  readonly #told: (reason: string) => void;
  #failing = false;

  constructor(place: string, load: () => Promise<SpanExporter>, told: (reason: string) => void) {
    this.#place = place;
    this.#told = told;
    this.#exporter = load();
    // Told to every export; without this a failed import would end the process.
    this.#exporter.catch(() => {});
  }

  get failing(): boolean {
    return this.#failing;
  }

  failed(reason: string): void {
    if (!this.#failing) this.#told(`${this.#place}: ${reason}`);
    this.#failing = true;
  }

  async loaded(): Promise<void> {
    await this.#exporter;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    const tell = (result: ExportResult) => {
      if (result.code === ExportResultCode.FAILED) this.failed(reasonOf(result.error));
      else this.#failing = false;
      done(result);
    };
    this.#exporter.then(
      (exporter) => exporter.export(spans, tell),
      (error: Error) => tell({ code: ExportResultCode.FAILED, error }),
    );
  }

  async forceFlush(): Promise<void> {
    await (await this.#exporter).forceFlush?.();
  }

  async shutdown(): Promise<void> {
    await (await this.#exporter).shutdown();
  }
}

/** An error of several addresses at once (`localhost` is two) has no message of its own. */
function reasonOf(error: Error | undefined): string {
  if (error instanceof AggregateError) return error.errors.map(String).join("; ");
  return error?.message || "it does not take them";
}
