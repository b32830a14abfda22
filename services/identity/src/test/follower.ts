// Process C of the trace test: follows the log over NATS until it has handled one event. Arguments: URL, seed.
import { connectLog } from "@weft/log";
import { contextFromTraceparent, SpanKind, startTelemetry, withSpan } from "@weft/telemetry";

const [, , url = "", seed = ""] = process.argv;
await using _telemetry = startTelemetry({ service: "follower" });
await using log = await connectLog({ url, seed, name: "weft/follower" });
for await (const event of log.follow()) {
  const parent = contextFromTraceparent(event.traceparent);
  await withSpan("handle", { "weft.revision": event.revision }, () => undefined, {
    parent,
    kind: SpanKind.CONSUMER,
  });
  break;
}
