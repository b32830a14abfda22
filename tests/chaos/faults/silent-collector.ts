import { createServer, type Socket } from "node:net";
import { msSince, nowNs } from "../clock.ts";
import { noise } from "../scene.ts";
import type { Fault } from "./fault.ts";

/** Commands are told of a collector of traces that takes connections and never answers. */
export const silentCollector: Fault = {
  kind: "silent collector",
  async begin({ lab }) {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => sockets.add(socket.on("error", () => undefined)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
    const begun = nowNs();
    const { status, stderr } = await lab.run(["apply", "-f", "-", "--wait"], noise("collector", 1), env);
    const took = msSince(begun);
    for (const socket of sockets) socket.destroy();
    server.close();
    return {
      target: `apply --wait took ${(took / 1000).toFixed(2)} s`,
      check: async () => (status === 0 ? [] : [`apply ended with status ${status}: ${stderr}`]),
    };
  },
};
