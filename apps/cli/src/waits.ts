import { toWeftError, WeftError } from "@weft/netaddr";
import type { Context } from "./context.ts";
import type { Output } from "./output.ts";

/** How a command waits for what is outside of it: it says for whom, and ends in time. */
export interface Waits {
  /** Milliseconds that are left for everything that is still to be done; infinite without a deadline. */
  leftMs(): number;
  /**
   * Waits for somebody, who is named on stderr when it takes longer than a second, and in the DEADLINE_EXCEEDED that ends
   * the wait when the time is over.
   */
  on<T>(whom: string, work: () => Promise<T>): Promise<T>;
  /** The same for each of many answers. */
  each<T>(whom: string, source: AsyncIterable<T>): AsyncIterable<T>;
}

/** After so long a wait is said. */
const quietMs = 1_000;

/** What ends waits beside their own end. */
interface Limit {
  readonly leftMs: () => number;
  /** As the user gave it. */
  readonly text: string;
}

/** Waits without a deadline: what is called has one of its own. */
export function unlimitedWaits(output: Pick<Output, "say">): Waits {
  return waits(output, () => ({ leftMs: () => Infinity, text: "" }));
}

/** The context of a command that has so long, all in all. */
export function withDeadline(context: Context, timeoutMs: number): Context {
  const limit = limitOf(timeoutMs);
  const passed = new AbortController();
  const late = () => passed.abort(new WeftError("DEADLINE_EXCEEDED", `it took longer than ${limit.text}`));
  setTimeout(late, timeoutMs).unref();
  const signal = AbortSignal.any([context.signal, passed.signal]);
  return { ...context, signal, waits: waits(context.output, () => limit) };
}

/** The context of a command that prints for as long as it likes, but waits only so long for each answer. */
export function withPatience(context: Context, timeoutMs: number): Context {
  return { ...context, waits: waits(context.output, () => limitOf(timeoutMs)) };
}

function limitOf(timeoutMs: number): Limit {
  const endMs = performance.now() + timeoutMs;
  const leftMs = () => Math.max(0, endMs - performance.now());
  return { leftMs, text: `${Math.round(timeoutMs / 100) / 10} s` };
}

/** `limitNow` gives the limit of a wait that begins now. */
function waits(output: Pick<Output, "say">, limitNow: () => Limit): Waits {
  const said = new Set<string>();
  const say = (whom: string) => {
    if (!said.has(whom)) output.say(`weft: waiting for ${whom}`);
    said.add(whom);
  };
  return {
    leftMs: () => limitNow().leftMs(),
    async on(whom, work) {
      const limit = limitNow();
      const ms = limit.leftMs();
      let over = false;
      const limited = Promise.withResolvers<never>();
      const notice = setTimeout(() => say(whom), quietMs);
      const end = () => {
        over = true;
        limited.reject(new WeftError("DEADLINE_EXCEEDED", "the time is over"));
      };
      const timer = Number.isFinite(ms) ? setTimeout(end, ms) : undefined;
      try {
        return await Promise.race([work(), limited.promise]);
      } catch (thrown) {
        throw named(thrown, whom, over || limit.leftMs() === 0 ? limit.text : "");
      } finally {
        clearTimeout(notice);
        clearTimeout(timer);
      }
    },
    each: (whom, source) => watched(source, whom, limitNow, say),
  };
}

/** How often a wait for one of many answers is looked at: a timer for each would cost more than the answers. */
const lookMs = 100;

async function* watched<T>(
  source: AsyncIterable<T>,
  whom: string,
  limitNow: () => Limit,
  say: (whom: string) => void,
): AsyncGenerator<T> {
  const answers = source[Symbol.asyncIterator]();
  let wait: { readonly sinceMs: number; readonly limit: Limit; readonly fail: (error: WeftError) => void };
  let over = false;
  const next = () =>
    new Promise<IteratorResult<T>>((resolve, fail) => {
      wait = { sinceMs: performance.now(), limit: limitNow(), fail };
      answers.next().then(resolve, fail);
    });
  const look = setInterval(() => {
    if (performance.now() - wait.sinceMs >= quietMs) say(whom);
    over = wait.limit.leftMs() === 0;
    if (over) wait.fail(new WeftError("DEADLINE_EXCEEDED", "the time is over"));
  }, lookMs);
  try {
    for (;;) {
      const answer = await next().catch((thrown: unknown) => {
        throw named(thrown, whom, over ? wait.limit.text : "");
      });
      if (answer.done) return;
      yield answer.value;
    }
  } finally {
    clearInterval(look);
    // Not awaited: it would wait for the answer that did not come.
    answers.return?.().catch(() => {});
  }
}

/** What ended a wait, with the name of who was waited for. Answers that are refusals stay as they are. */
function named(thrown: unknown, whom: string, limitText: string): unknown {
  const cause = toWeftError(thrown);
  const silent = cause.code === "UNAVAILABLE" || cause.code === "DEADLINE_EXCEEDED";
  if (limitText !== "" && (silent || cause.code === "CANCELLED"))
    return new WeftError("DEADLINE_EXCEEDED", `${whom} did not answer within ${limitText}`, { cause });
  return silent ? new WeftError(cause.code, `${whom}: ${cause.message}`, { cause }) : thrown;
}
