// Keeps the processes of one mesh running: node main.ts STATE ACTOR [--resume]. Started by `weft up` and `weft lab up`, and
// again by systemd or its guardian when it ended by itself; ended by `weft down` with SIGTERM.

import { setTimeout as sleep } from "node:timers/promises";
import { processStart } from "@weft/lab";
import { toWeftError } from "@weft/netaddr";
import { findConfig } from "../mesh/config.ts";
import { meshPaths } from "../mesh/paths.ts";
import { resumeWord } from "./guardian.ts";
import type { SupervisorMessage } from "./message.ts";
import { openNotifier } from "./notify.ts";
import { inherited } from "./specs.ts";
import { Supervisor } from "./supervisor.ts";

/** How long a supervisor that goes on with a mesh holds up the command that started it, when not all of it answers. */
const resumeMs = 20_000;

const [state = "", actor = "", word = ""] = process.argv.slice(2);
const paths = meshPaths(state);
const resume = word === resumeWord;

function tell(message: SupervisorMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

// The command that started us may be gone: that is no reason to stop. Nor is anything that nobody has caught.
process.on("disconnect", () => {});
process.on("uncaughtException", (error) => console.error("weft: nobody caught this fault:", error));

const notifier = openNotifier(process.env);

const mesh = await findConfig(paths);
// Whoever took the mesh down has ended it for us too.
if (mesh === undefined) process.exit(0);
const supervisor = new Supervisor({
  paths,
  mesh,
  self: { name: "supervisor", pid: process.pid, started: processStart(process.pid) ?? 0, restarts: 0 },
  environment: inherited(process.env),
  actor,
  resume,
  guarded: !notifier.isThere,
  onProgress: (text) => tell({ kind: "progress", text }),
  // What runs is the other one's too.
  onOther: fail,
});

let ending: Promise<void> | undefined;
function end(status: number): Promise<void> {
  ending ??= notifier
    .tell("STOPPING=1")
    .then(() => supervisor.stop())
    .finally(() => process.exit(status));
  return ending;
}

function failed(thrown: unknown): void {
  console.error(thrown);
  const { code, message } = toWeftError(thrown);
  tell({ kind: "failed", code, message });
}

function fail(thrown: unknown): never {
  failed(thrown);
  process.exit(1);
}

await supervisor.claim().catch(fail);
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void end(0));

try {
  const started = supervisor.start();
  const late = resume ? sleep(resumeMs, undefined, { ref: false }) : started;
  await Promise.race([started, late]);
  await notifier.tell(`--pid=${process.pid}`, "--ready", `--status=${statusText()}`);
  tell({ kind: "ready" });
  started.catch((error: unknown) => console.error("weft:", error));
  void keepTelling();
} catch (thrown) {
  failed(thrown);
  // Of a mesh that was up before, what runs goes on.
  if (!resume) await end(1);
}

function statusText(): string {
  const { processes, troubles } = supervisor.report();
  const bad = processes.filter(({ trouble }) => trouble !== "").map((one) => `${one.name}: ${one.trouble}`);
  const found = [...troubles, ...bad];
  return found.length === 0 ? `${processes.length} processes run` : found.join("; ");
}

/** A sign of life as often as the service manager wants one, and what is wrong when that changes. */
async function keepTelling(): Promise<void> {
  const { watchdogMs } = notifier;
  if (watchdogMs === undefined) return;
  for (let said = ""; ending === undefined; ) {
    const text = statusText();
    await notifier.tell("WATCHDOG=1", ...(text === said ? [] : [`--status=${text}`]));
    said = text;
    await sleep(watchdogMs);
  }
}
