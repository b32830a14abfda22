import { setTimeout as sleep } from "node:timers/promises";
import { connectLog } from "./connect.ts";
import { streams } from "./streams.ts";
import type { Log } from "./types.ts";

/**
 * What a server does when it is asked for the state of its streams: "answers"; "refuses", when it runs and lacks one, as
 * after its store failed; "silent", when one of the answers does not come in time.
 */
export type ServerAnswer = "answers" | "refuses" | "silent";

/** Asks a server, over a connection of its own, again and again. */
export interface ServerProbe {
  ask(timeoutMs: number): Promise<ServerAnswer>;
  close(): Promise<void>;
}

/** Opens a probe; the connection comes with the first question that can be asked. */
export function openServerProbe(options: { readonly url: string; readonly seed: string }): ServerProbe {
  const open = () => connectLog({ ...options, name: "weft/supervisor", timeoutMs: 0 });
  let opening: ReturnType<typeof open> | undefined;
  return {
    async ask(timeoutMs) {
      opening ??= open();
      const attempt = opening;
      const log = await within(attempt, timeoutMs).catch(() => undefined);
      if (log === undefined) {
        // It failed, and may go well the next time; or it is still under way.
        attempt.catch(() => {
          if (opening === attempt) opening = undefined;
        });
        return "silent";
      }
      // Each stream has a store of its own, and nats-server 2.9 hangs in the one that it could not write to.
      const found = await Promise.all(streams.map(({ name }) => askFor(log, name, timeoutMs)));
      return worst.find((answer) => found.includes(answer)) ?? "answers";
    },
    async close() {
      await (await opening?.catch(() => undefined))?.close();
    },
  };
}

const worst: readonly ServerAnswer[] = ["silent", "refuses"];

/** How long a question waits before it is put again beside the one that is under way, in milliseconds. */
const askAgainMs = 500;

/**
 * Asks until one question is answered: what is asked between the end of a connection and the next one is lost by the client
 * without an error, and a server that is slow to answer is not silent.
 */
async function askFor(log: Log, stream: string, timeoutMs: number): Promise<ServerAnswer> {
  const end = performance.now() + timeoutMs;
  const asked: Promise<ServerAnswer>[] = [];
  for (;;) {
    const left = end - performance.now();
    if (left <= 0) return "silent";
    asked.push(askOnce(log, stream, left));
    const pause = new AbortController();
    const again = sleep(Math.min(askAgainMs, left), undefined, { signal: pause.signal }).catch(
      () => undefined,
    );
    const answer = await Promise.race([again, ...asked.map(unlessSilent)]);
    pause.abort();
    if (answer !== undefined) return answer;
  }
}

/** An answer, or never: a question that is lost does not speak for the others. */
async function unlessSilent(asked: Promise<ServerAnswer>): Promise<ServerAnswer> {
  const answer = await asked;
  return answer === "silent" ? Promise.withResolvers<never>().promise : answer;
}

async function askOnce(log: Log, stream: string, timeoutMs: number): Promise<ServerAnswer> {
  try {
    const reply = await log.nats.request(`$JS.API.STREAM.INFO.${stream}`, "", { timeout: timeoutMs });
    return reply.json<{ readonly error?: unknown }>().error === undefined ? "answers" : "refuses";
  } catch (error) {
    return error instanceof Error && error.name === "NoRespondersError" ? "refuses" : "silent";
  }
}

async function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("no answer in time")), timeoutMs);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}
