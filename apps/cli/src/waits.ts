import { isWeftError, toWeftError, WeftError } from "@weft/netaddr";
import type { Context } from "./context.ts";
import type { Output } from "./output.ts";

/** How a command waits for what is outside of it: it says for whom, and ends in time. */
export interface Waits {
  /** Milliseconds that are left for everything that is still to be done; infinite without a deadline. */
  leftMs(): number;
  /**
   * Waits for somebody, who is named on stderr when it takes longer than a second, and in the DEADLINE_EXCEEDED that ends
   * the wait when the time is over. `hindrance` finds out what may keep an answer from coming, "" when it finds nothing.
   */
  on<T>(whom: string, work: () => Promise<T>, hindrance?: () => Promise<string>): Promise<T>;
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
  return { leftMs, text: seconds(timeoutMs) };
}

/** `limitNow` gives the limit of a wait that begins now. */
function waits(output: Pick<Output, "say">, limitNow: () => Limit): Waits {
  const said = new Set<string>();
  const say = (whom: string, why = "") => {
    const text = `weft: waiting for ${whom}${why === "" ? "" : `; ${why}`}`;
    if (!said.has(text)) output.say(text);
    said.add(text);
  };
  return {
    leftMs: () => limitNow().leftMs(),
    async on(whom, work, hindrance) {
      const limit = limitNow();
      const ms = limit.leftMs();
      const sinceMs = performance.now();
      let over = false;
      const limited = Promise.withResolvers<never>();
      const notice = setTimeout(() => tell(whom, hindrance, say), quietMs);
      const end = () => {
        over = true;
        limited.reject(new WeftError("DEADLINE_EXCEEDED", "the time is over"));
      };
      const timer = Number.isFinite(ms) ? setTimeout(end, ms) : undefined;
      try {
        return await Promise.race([work(), limited.promise]);
      } catch (thrown) {
        const limitText = over || limit.leftMs() === 0 ? limit.text : "";
        throw await explained(named(thrown, whom, limitText, performance.now() - sinceMs), hindrance);
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
  say: Say,
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
        const waitedMs = performance.now() - wait.sinceMs;
        throw named(thrown, whom, over ? wait.limit.text : "", waitedMs);
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

type Say = (whom: string, why?: string) => void;

/** Says whom a command waits for, and what may be in the way. */
function tell(whom: string, hindrance: (() => Promise<string>) | undefined, say: Say): void {
  if (hindrance === undefined) say(whom);
  else
    hindrance().then(
      (why) => say(whom, why),
      () => say(whom),
    );
}

/** What ended a wait, with the name of who was waited for. Answers that are refusals stay as they are. */
function named(thrown: unknown, whom: string, limitText: string, waitedMs: number): unknown {
  const cause = toWeftError(thrown);
  if (limitText !== "" && (isSilence(cause) || cause.code === "CANCELLED"))
    return new WeftError("DEADLINE_EXCEEDED", `${whom} did not answer within ${limitText}`, { cause });
  if (!isSilence(cause)) return thrown;
  // The time of this one call was over.
  if (cause.code === "DEADLINE_EXCEEDED")
    return new WeftError(cause.code, `${whom} did not answer within ${seconds(waitedMs)}`, { cause });
  const waited = waitedMs < quietMs ? "" : ` (after ${seconds(waitedMs)})`;
  return new WeftError(cause.code, `${whom}: ${cause.message}${waited}`, { cause });
}

function isSilence({ code }: WeftError): boolean {
  return code === "UNAVAILABLE" || code === "DEADLINE_EXCEEDED";
}

/** An answer that did not come, with what was in its way. */
async function explained(thrown: unknown, hindrance?: () => Promise<string>): Promise<unknown> {
  if (hindrance === undefined || !isWeftError(thrown) || !isSilence(thrown)) return thrown;
  const why = await hindrance().catch(() => "");
  return why === "" ? thrown : new WeftError(thrown.code, `${thrown.message}; ${why}`, { cause: thrown });
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
