// A loader that starts anew when the log is not the one that it followed: nothing that was made of that log lives on.
import { setTimeout as delay } from "node:timers/promises";
import { LogReplaced } from "@weft/log";
import { type Loader, type LoaderOptions, startLoader } from "./start.ts";

const retryMs = 500;

/** Starts a loader and keeps one at work until it is disposed. */
export async function keepLoader(options: LoaderOptions, signal: AbortSignal): Promise<Loader> {
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  const over = new Promise<void>((resolve) => {
    ended.addEventListener("abort", () => resolve(), { once: true });
  });
  let serving = true;
  let current = await begin(options, ended);

  async function keep(): Promise<void> {
    for (;;) {
      await Promise.race([current.replaced, over]);
      if (ended.aborted) return;
      await current[Symbol.asyncDispose]();
      for (;;) {
        try {
          current = await begin(options, ended);
          break;
        } catch (error) {
          if (ended.aborted) return;
          options.say.error({ err: error }, "cannot start anew yet");
        }
        await delay(retryMs, undefined, { signal: ended }).catch(() => undefined);
      }
      current.setServing(serving);
      options.say.info({ revision: current.reconciler.progress().applied }, "started anew");
    }
  }

  const kept = keep();
  return {
    get reconciler() {
      return current.reconciler;
    },
    get replaced() {
      return current.replaced;
    },
    socket: current.socket,
    setServing(now) {
      serving = now;
      current.setServing(now);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await kept;
      await current[Symbol.asyncDispose]();
    },
  };
}

/** Starts one; again, should the log be replaced meanwhile. */
async function begin(options: LoaderOptions, signal: AbortSignal): Promise<Loader> {
  for (;;) {
    try {
      return await startLoader(options, signal);
    } catch (error) {
      if (!(error instanceof LogReplaced) || signal.aborted) throw error;
    }
  }
}
