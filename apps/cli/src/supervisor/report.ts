import { connect, createServer } from "node:net";
import { text } from "node:stream/consumers";
import { bindSocket } from "@weft/rpc";
import * as z from "zod";
import { type MeshPaths, socketPath } from "../mesh/paths.ts";

const report = z.object({
  processes: z.array(
    z.object({
      name: z.string(),
      pid: z.number(),
      started: z.number(),
      restarts: z.number(),
      /** What is wrong with it; "" when nothing is. */
      trouble: z.string(),
    }),
  ),
  /** What is wrong beside the processes, e.g. a note that cannot be written. */
  troubles: z.array(z.string()),
});

/** What a supervisor says of its mesh now. */
export type SupervisorReport = z.infer<typeof report>;

const patienceMs = 2_000;

/** Hands a report to everybody who connects, as JSON; FAILED_PRECONDITION when another supervisor does so already. */
export async function serveReport(
  paths: MeshPaths,
  current: () => SupervisorReport,
): Promise<AsyncDisposable> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.end(JSON.stringify(current()));
  });
  const bound = await bindSocket(socketPath(paths, "supervisor"), (path) => {
    const listening = Promise.withResolvers<void>();
    server.once("error", listening.reject).listen(path, listening.resolve);
    return listening.promise;
  });
  server.on("error", (error) => console.error(`weft: ${error.message}`));
  return {
    async [Symbol.asyncDispose]() {
      server.close();
      await bound.remove();
    },
  };
}

/** What the supervisor of a mesh says; undefined when it does not answer. */
export async function askSupervisor(paths: MeshPaths): Promise<SupervisorReport | undefined> {
  const socket = connect(socketPath(paths, "supervisor"));
  const timer = setTimeout(() => socket.destroy(new Error("no answer in time")), patienceMs);
  try {
    return report.parse(JSON.parse(await text(socket)));
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
