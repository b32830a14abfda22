import { type Attributes, context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, type SpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { exporterFromEnvironment } from "./otlp.ts";
import { PublishExporter, type PublishSpans } from "./publish-exporter.ts";
import { samplerFromEnvironment } from "./sampler.ts";

/** What a process says of itself, and who takes its spans. */
export interface TelemetryOptions {
  /** "identity", "loader", "cli" ...; `service.name` is `weft-<service>` unless OTEL_SERVICE_NAME is set. */
  readonly service: string;
  /** Name of the mesh's host, for processes that belong to one. */
  readonly host?: string;
  /** Takes spans from the start; or give it later to `publishTo`. */
  readonly publish?: PublishSpans;
  /** Where the standard OTEL_* variables are read from; the process's own by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Running telemetry of this process. */
export interface Telemetry extends AsyncDisposable {
  /** Sets who takes finished spans, typically once NATS is connected; up to 2048 spans have waited for it. */
  publishTo(publish: PublishSpans): void;
  /** Sends what is finished now; never throws. */
  flush(): Promise<void>;
  /** Flushes and stops; never throws. */
  shutdown(): Promise<void>;
}

/** Finished spans leave after at most this long, so that `weft trace` finds them soon. */
const batchDelayMs = 100;

/** Starts tracing for this process; call it first in main.ts. OTEL_SDK_DISABLED=true makes it do nothing. */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const env = options.env ?? process.env;
  const publisher = new PublishExporter();
  if (options.publish !== undefined) publisher.publishTo(options.publish);
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === "true") return handle(publisher, undefined);

  const otlp = exporterFromEnvironment(env);
  const exporters = otlp === undefined ? [publisher] : [publisher, otlp];
  const spanProcessors: SpanProcessor[] = exporters.map(
    (exporter) =>
      new BatchSpanProcessor({ exporter, scheduledDelayMillis: batchDelayMs, exportTimeoutMillis: 10_000 }),
  );
  const provider = new TracerProvider({
    resource: resourceFromAttributes(ownAttributes(options, env)).merge(
      detectResources({ detectors: [envDetector] }),
    ),
    spanProcessors,
    sampler: samplerFromEnvironment(env),
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return handle(publisher, provider);
}

function ownAttributes(options: TelemetryOptions, env: NonNullable<TelemetryOptions["env"]>): Attributes {
  return {
    "service.name": env.OTEL_SERVICE_NAME || `weft-${options.service}`,
    "service.namespace": "weft",
    "process.pid": process.pid,
    ...(options.host === undefined ? {} : { "weft.host": options.host }),
  };
}

function handle(publisher: PublishExporter, provider: TracerProvider | undefined): Telemetry {
  const flush = async () => {
    await Promise.allSettled([provider?.forceFlush({ timeoutMillis: 2000 })]);
    await Promise.allSettled([publisher.forceFlush()]);
  };
  const shutdown = async () => {
    await flush();
    await Promise.allSettled([provider?.shutdown()]);
  };
  return {
    publishTo(publish) {
      publisher.publishTo(publish);
      // What finished before there was a connection would otherwise wait for the next span.
      publisher.forceFlush().catch(() => {});
    },
    flush,
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
}
