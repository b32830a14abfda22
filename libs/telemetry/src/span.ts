import {
  type Attributes,
  type Context,
  context,
  type Link,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";

export { SpanKind };

/** How a span is placed: its kind, its parent when that is not the current context, and other spans it belongs to. */
export interface SpanOptions {
  readonly kind?: SpanKind;
  readonly parent?: Context;
  readonly links?: readonly Link[];
}

/** The tracer of all Weft spans; before `startTelemetry` its spans go nowhere. */
export function tracer(): Tracer {
  return trace.getTracer("weft");
}

/**
 * Runs `fn` inside a span and ends the span with it. An exception (its `code` too, when it has one) is put on the span
 * and thrown on.
 */
export async function withSpan<Result>(
  name: string,
  attributes: Attributes,
  fn: (span: Span) => Result | Promise<Result>,
  options: SpanOptions = {},
): Promise<Result> {
  const parent = options.parent ?? context.active();
  const { kind = SpanKind.INTERNAL, links = [] } = options;
  const span = tracer().startSpan(name, { attributes, kind, links: [...links] }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () => fn(span));
  } catch (error) {
    const fault = error instanceof Error ? error : new Error(String(error));
    span.recordException(fault);
    if ("code" in fault) span.setAttribute("error.type", String(fault.code));
    span.setStatus({ code: SpanStatusCode.ERROR, message: fault.message });
    throw error;
  } finally {
    span.end();
  }
}
