import { type Attributes, context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  type SpanExporter,
  type SpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { type Collector, exporterFromEnvironment } from "./otlp.ts";
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
  /** Told why spans do not reach the collector, once until some do again. */
  readonly onLost?: (reason: string) => void;
  /** How long a flush waits for the collector; default 500. A collector is a help, never a reason to wait. */
  readonly lingerMs?: number;
  /** Where the standard OTEL_* variables are read from; the process's own by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Running telemetry of this process; disposing flushes. */
export interface Telemetry extends AsyncDisposable {
  /**
   * Sets who takes finished spans, typically once NATS is connected; up to 2048 spans have waited for it. Returns when
   * those were handed over; never throws.
   */
  publishTo(publish: PublishSpans): Promise<void>;
  /** Sends what is finished now, waiting for a collector no longer than `lingerMs`; never throws. */
  flush(): Promise<void>;
}

/** Finished spans leave after at most this long, so that `weft trace` finds them soon. */
const batchDelayMs = 100;
/** A batch that the collector has not taken after so long is given up; 2048 more spans wait meanwhile at most. */
const exportMs = 10_000;
const usualLingerMs = 500;

/** Starts tracing for this process; call it first in main.ts. OTEL_SDK_DISABLED=true makes it do nothing. */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const env = options.env ?? process.env;
  const publisher = new PublishExporter();
  if (options.publish !== undefined) publisher.publishTo(options.publish);
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === "true") return handle(publisher, async () => {});

  const collector = exporterFromEnvironment(env, options.onLost);
  const published = batches(publisher);
  const collected = collector && { collector, processor: batches(collector) };
  const provider = new TracerProvider({
    resource: resourceFromAttributes(ownAttributes(options, env)).merge(
      detectResources({ detectors: [envDetector] }),
    ),
    spanProcessors: collected === undefined ? [published] : [published, collected.processor],
    sampler: samplerFromEnvironment(env),
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return handle(publisher, async () => {
    const waiting = collected && flushCollector(collected, options.lingerMs ?? usualLingerMs);
    await Promise.allSettled([published.forceFlush()]);
    await waiting;
  });
}

function batches(exporter: SpanExporter): SpanProcessor {
  return new BatchSpanProcessor({
    exporter,
    scheduledDelayMillis: batchDelayMs,
    exportTimeoutMillis: exportMs,
  });
}

/** Hands over what is finished. A collector that was late once is not waited for again before it takes something. */
async function flushCollector(
  { collector, processor }: { readonly collector: Collector; readonly processor: SpanProcessor },
  lingerMs: number,
): Promise<void> {
  // Importing takes this machine's time, not the collector's.
  await Promise.allSettled([collector.loaded()]);
  const waitMs = collector.failing ? 0 : lingerMs;
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    collector.failed(`it did not take them within ${waitMs} ms`);
    late.resolve();
  }, waitMs);
  const taken = processor.forceFlush().then(() => collector.forceFlush?.());
  // What fails is told by the exporter itself.
  await Promise.race([Promise.allSettled([taken]), late.promise]);
  clearTimeout(timer);
}

function ownAttributes(options: TelemetryOptions, env: NonNullable<TelemetryOptions["env"]>): Attributes {
  return {
    "service.name": env.OTEL_SERVICE_NAME || `weft-${options.service}`,
    "service.namespace": "weft",
    "process.pid": process.pid,
    ...(options.host === undefined ? {} : { "weft.host": options.host }),
  };
}

function handle(publisher: PublishExporter, flushSpans: () => Promise<void>): Telemetry {
  const flush = async () => {
    await flushSpans();
    await Promise.allSettled([publisher.forceFlush()]);
  };
  return {
    async publishTo(publish) {
      publisher.publishTo(publish);
      // What finished before there was a connection would otherwise wait for the next span.
      await publisher.forceFlush().catch(() => {});
    },
    flush,
    [Symbol.asyncDispose]: flush,
  };
}
