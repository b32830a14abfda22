import { createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { msSince, nowNs } from "../clock.ts";
import { noise } from "../scene.ts";
import type { Fault } from "./fault.ts";

/** What a command may take more than without a collector: less than an exporter's patience, which is 10 s. */
const moreMs = 5_000;

/** Commands are told of a collector of traces that takes connections and never answers. None waits for it. */
export const silentCollector: Fault = {
  kind: "silent collector",
  async begin({ lab }) {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => sockets.add(socket.on("error", () => undefined)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const apply = (number: number, env = {}) =>
      lab.run(["apply", "-f", "-", "--wait"], noise("collector", number), env);
    const begun = nowNs();
    await apply(1);
    const limitMs = 2 * msSince(begun) + moreMs;
    const told = apply(2, { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
    const isLate = await Promise.race([told.then(() => false), sleep(limitMs, true, { ref: false })]);
    // One that waits for an answer gets an error now.
    for (const socket of sockets) socket.destroy();
    server.close();
    const { status, stderr } = await told;
    const limit = `${(limitMs / 1000).toFixed(1)} s`;
    return {
      atNs: nowNs(),
      target: `apply --wait ended ${isLate ? "after" : "within"} ${limit}`,
      check: async () => [
        ...(status === 0 ? [] : [`apply ended with status ${status}: ${stderr}`]),
        ...(isLate ? [`apply waited for a silent collector: it had not ended after ${limit}`] : []),
      ],
    };
  },
};
