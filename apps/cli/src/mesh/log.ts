import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connectLog, type Log } from "@weft/log";
import { cannotRead, WeftError } from "@weft/netaddr";
import type { Context } from "../context.ts";
import type { Output } from "../output.ts";
import type { Waits } from "../waits.ts";
import { readConfig } from "./config.ts";
import type { MeshPaths } from "./paths.ts";
import { readProcesses } from "./processes.ts";
import { hindrance } from "./space.ts";

/** How long a first answer is waited for by who has no deadline. */
const connectMs = 5_000;

/** The log of the mesh of a state directory, to be read only: the user is "cli". Waits for it are the command's. */
export async function openLog(
  paths: MeshPaths,
  { signal, waits }: Pick<Context, "signal" | "waits">,
): Promise<Log> {
  const mesh = await readConfig(paths);
  const running = await readProcesses(paths);
  if (running === undefined) {
    throw new WeftError("UNAVAILABLE", `the mesh at ${paths.state} has not started`, {
      expected: "weft status",
    });
  }
  const seed = await readSeed(join(mesh.data, "seeds", "cli.seed"));
  const { natsUrl: url } = running;
  const whom = `the log at ${url}`;
  const left = waits.leftMs();
  const timeoutMs = Number.isFinite(left) ? left : connectMs;
  const connecting = () => connectLog({ url, seed, name: "weft/cli", timeoutMs, signal });
  const log = await waits.on(whom, connecting, () => hindrance(paths));
  return waitedFor(log, whom, waits);
}

async function readSeed(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw cannotRead(path, error);
  }
}

/** Says when the log is away and when it is there again, for who follows it. Returns when the log is closed. */
export async function tellOutages(log: Log, output: Pick<Output, "say">): Promise<void> {
  for await (const { type } of log.nats.status()) {
    if (type === "disconnect" && !log.nats.isClosed())
      output.say("weft: the log does not answer; what is new is shown when it does again");
    if (type === "reconnect") output.say("weft: the log answers again");
  }
}

/** The same log, whose answers are waited for by name. Following is no wait: new events may take for ever. */
function waitedFor(log: Log, whom: string, waits: Waits): Log {
  const { flows } = log;
  const on = <T>(work: () => Promise<T>) => waits.on(whom, work);
  return {
    ...log,
    read: (request) => waits.each(whom, log.read(request)),
    last: (subject) => on(() => log.last(subject)),
    head: () => on(() => log.head()),
    revisionAt: (time) => on(() => log.revisionAt(time)),
    readTrace: (traceId) => on(() => log.readTrace(traceId)),
    flows: {
      ...flows,
      bounds: (signal) => on(() => flows.bounds(signal)),
      get: (sequence, signal) => on(() => flows.get(sequence, signal)),
    },
  };
}
