// A host that starts before its uplink is there, or has an address: it waits, and says so to whoever asks.
import { setTimeout as delay } from "node:timers/promises";
import { isWeftError, WeftError } from "@weft/netaddr";
import { type Handlers, serve } from "@weft/rpc";
import { factsOf, type HostOptions, type SeenFacts } from "./facts.ts";
import type { AttachMode } from "./kernel/hooks.ts";

/** What a loader is started with, as far as it takes to wait. */
interface AwaitOptions extends HostOptions {
  readonly socket: string;
  readonly attach: AttachMode;
  readonly say: { warn(about: object, what: string): void };
}

/** How often it is looked again. */
const lookMs = 300;

/** The facts of a host, as soon as there are any; until then its service answers Status with what is missing. */
export async function awaitFacts(options: AwaitOptions, signal: AbortSignal): Promise<SeenFacts> {
  const first = await lookOnce(options);
  if (typeof first !== "string") return first;
  const since = Date.now();
  let missing = first;
  const tell = () => options.say.warn({ missing }, "waiting");
  const handlers = waitingHandlers(options, () => ({ missing, since }));
  await using server = await serve({ service: "Loader", socket: options.socket, handlers });
  server.setServing(false);
  tell();
  for (;;) {
    await delay(lookMs, undefined, { signal });
    const seen = await lookOnce(options);
    if (typeof seen !== "string") return seen;
    if (seen === missing) continue;
    missing = seen;
    tell();
  }
}

/** The facts, or what is missing. */
async function lookOnce(options: HostOptions): Promise<SeenFacts | string> {
  try {
    return await factsOf(options);
  } catch (error) {
    if (isWeftError(error, "FAILED_PRECONDITION")) return error.message;
    throw error;
  }
}

function waitingHandlers(
  { host, attach }: AwaitOptions,
  now: () => { readonly missing: string; readonly since: number },
): Handlers<"Loader"> {
  const text = () => `this host waits to become part of the mesh: ${now().missing}`;
  const refuse = (): never => {
    throw new WeftError("UNAVAILABLE", text());
  };
  return {
    ...{ attach: refuse, relabel: refuse, change: refuse, detach: refuse, plan: refuse, wait: refuse },
    status: () => ({ host, attach, error: text(), problems: [{ what: text(), sinceMs: now().since }] }),
  };
}
