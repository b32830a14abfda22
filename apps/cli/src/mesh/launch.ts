import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type ErrorCode, WeftError } from "@weft/netaddr";
import type { Context } from "../context.ts";
import { supervisorCommand } from "../supervisor/guardian.ts";
import { openLogFile } from "../supervisor/log-file.ts";
import { supervisorMessage } from "../supervisor/message.ts";
import { isService, notifyVariables } from "../supervisor/notify.ts";
import { markVariable, nameVariable } from "./marks.ts";
import type { MeshPaths } from "./paths.ts";

const startMs = 90_000;

/**
 * Starts the supervisor of a mesh that is configured, and waits until everything answers. It outlives this process.
 * `resume`: the mesh was up before, and what runs of it goes on.
 */
export async function launchSupervisor(
  paths: MeshPaths,
  context: Context,
  onProgress: (text: string) => void,
  { resume = false }: { readonly resume?: boolean } = {},
): Promise<void> {
  context.signal.throwIfAborted();
  if (!resume) mkdirSync(paths.logs, { recursive: true, mode: 0o700 });
  const log = openLogFile(join(paths.logs, "supervisor.log"));
  const [command = "", ...words] = supervisorCommand(paths, context.actor, resume);
  const child = spawn(command, words, {
    cwd: "/",
    detached: true,
    env: { ...environmentOf(context), [markVariable]: paths.state, [nameVariable]: "supervisor" },
    stdio: ["ignore", log, log, "ipc"],
  });
  if (log !== "ignore") closeSync(log);
  try {
    await outcome(child, paths, context.signal, onProgress);
  } finally {
    if (child.connected) child.disconnect();
    child.unref();
  }
}

/** A supervisor tells the service manager of a service that this command is, and not of one that it was started in. */
function environmentOf({ environment }: Context): Context["environment"] {
  if (isService(environment)) return environment;
  const inherited = new Set<string>(notifyVariables);
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !inherited.has(name)));
}

function outcome(
  child: ChildProcess,
  paths: MeshPaths,
  signal: AbortSignal,
  onProgress: (text: string) => void,
): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(startMs)]);
  return new Promise((resolve, reject) => {
    limit.addEventListener("abort", () => reject(limit.reason), { once: true });
    child.once("error", (cause) =>
      reject(new WeftError("INTERNAL", "cannot start the supervisor", { cause })),
    );
    child.once("exit", (status) =>
      reject(new WeftError("UNAVAILABLE", `the supervisor ended with status ${status}; see ${paths.logs}`)),
    );
    child.on("message", (value) => {
      const message = supervisorMessage.parse(value);
      if (message.kind === "progress") onProgress(message.text);
      if (message.kind === "ready") resolve();
      if (message.kind === "failed") reject(new WeftError(message.code as ErrorCode, message.message));
    });
  });
}
