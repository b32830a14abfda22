// Process A of the trace test: asks once, inside a span of its own. Argument: the socket.
import { connect } from "@weft/rpc";
import { startTelemetry, withSpan } from "@weft/telemetry";

await using _telemetry = startTelemetry({ service: "caller" });
using client = connect("Identity", process.argv[2] ?? "", { actor: "test" });
await withSpan("ask", {}, () => client.allocate({ sets: [{ labels: { app: "web" } }] }));
