// For tests: an OTLP/HTTP receiver (opentelemetry-proto, trace/v1), so that what leaves a process is what is counted.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import protobuf from "protobufjs";

/** A span as it was received. */
export interface ReceivedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
}

/** A receiver on loopback. */
export interface OtlpReceiver extends AsyncDisposable {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  readonly spans: readonly ReceivedSpan[];
  /** Content types of the requests, to know how they came. */
  readonly contentTypes: ReadonlySet<string>;
}

/** The part of the OTLP schema that is looked at; protobuf skips the rest. */
const schema = `
syntax = "proto3";
message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message Resource { repeated KeyValue attributes = 1; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue { string string_value = 1; }
message ScopeSpans { repeated Span spans = 2; }
message Span { bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6; }
`;
const request = protobuf.parse(schema).root.lookupType("ExportTraceServiceRequest");

interface Message {
  readonly resourceSpans: readonly {
    readonly resource?: {
      readonly attributes?: readonly { key: string; value?: { stringValue?: string } }[];
    };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}
interface WireSpan {
  readonly name: string;
  readonly traceId: string | Uint8Array;
  readonly spanId: string | Uint8Array;
  readonly parentSpanId?: string | Uint8Array;
  readonly kind: number;
}

/** Starts a receiver for http/protobuf and http/json. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const contentTypes = new Set<string>();
  const server = createServer(async (incoming, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const type = incoming.headers["content-type"] ?? "";
    contentTypes.add(type);
    if (incoming.url !== "/v1/traces") return answer.writeHead(404).end();
    spans.push(...readSpans(Buffer.concat(chunks), type));
    return answer.writeHead(200, { "content-type": type }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    contentTypes,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The spans of an ExportTraceServiceRequest, as protobuf or as OTLP/JSON. */
export function readSpans(body: Uint8Array, contentType: string): ReceivedSpan[] {
  const json = contentType.startsWith("application/json");
  const text = () => JSON.parse(Buffer.from(body).toString("utf8"));
  const message = (json ? text() : request.decode(body)) as unknown as Message;
  return message.resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const named = resource?.attributes?.find(({ key }) => key === "service.name");
    const service = named?.value?.stringValue ?? "";
    return scopeSpans.flatMap((scope) =>
      scope.spans.map(({ name, kind, traceId, spanId, parentSpanId }) => ({
        service,
        name,
        kind,
        traceId: id(traceId),
        spanId: id(spanId),
        parentSpanId: id(parentSpanId),
      })),
    );
  });
}

/** OTLP/JSON has ids as hex, protobuf as bytes. */
function id(value: string | Uint8Array | undefined): string {
  return typeof value === "string" ? value : Buffer.from(value ?? []).toString("hex");
}
