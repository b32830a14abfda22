// How far hosts are: which revision each follows and which its kernel enforces, now or after some time.
import { setTimeout as delay } from "node:timers/promises";
import { toWeftError, type WeftError } from "@weft/netaddr";
import type { Response } from "@weft/rpc";
import type { Context } from "../context.ts";
import { loaderOf } from "./client.ts";
import type { MeshPaths } from "./paths.ts";
import { runningProcesses } from "./processes.ts";

/** What a host's loader says of itself. */
export interface HostProgress {
  readonly host: string;
  /** Revision that the kernel enforces. */
  readonly applied: number;
  /** Newest revision that the loader has read. */
  readonly followed: number;
  readonly endpoints: number;
  readonly attach: string;
  /** Packets since the loader has started that stand in recorded flows, and those that were lost to the record. */
  readonly recorded: number;
  readonly unrecorded: number;
  /** "" when it is well. */
  readonly error: string;
  /** What is on record and has no effect. */
  readonly warnings: readonly string[];
  /** What `error` says, line by line; `since`: when that was first seen, "" when nobody knows. */
  readonly problems: readonly { readonly what: string; readonly since: string }[];
  /** Since when its loader has been at work on the kernel; "" when it is not, or not for long. */
  readonly busySince: string;
}

/** What is waited for: a revision, and the event that is on record there, as far as that is known. */
export interface OnRecord {
  readonly revision: number;
  readonly event?: string;
  /** Events before it that are waited for with it. */
  readonly earlier?: readonly { readonly revision: number; readonly event: string }[];
}

/** How far a host is, and whether it has said that it enforces what was waited for. */
export interface AwaitedProgress extends HostProgress {
  readonly inForce: boolean;
  /** Why it never will enforce it; "" when it may. */
  readonly never: string;
}

type Caller = Pick<Context, "actor" | "signal" | "waits">;

const statusMs = 5000;
/** How soon a loader that broke off is asked again. */
const againMs = 100;

/** What a host says now, with a fresh look at its kernel unless nobody asks for one; a loader that does not answer is a host with an error, at revision 0. */
export async function hostProgress(
  paths: MeshPaths,
  host: string,
  caller: Caller,
  { deadlineMs = statusMs, look = true }: { readonly deadlineMs?: number; readonly look?: boolean } = {},
): Promise<HostProgress> {
  using loader = loaderOf(paths, host, caller);
  try {
    return progressIn(host, await loader.status({ look }, { signal: caller.signal, deadlineMs }));
  } catch (thrown) {
    throwIfInterrupted(caller);
    return silent(host, silence(paths, host, toWeftError(thrown)));
  }
}

/** Nothing is known of a host but why. */
function silent(host: string, error: string): HostProgress {
  const counts = { applied: 0, followed: 0, endpoints: 0, recorded: 0, unrecorded: 0 };
  return {
    host,
    ...counts,
    attach: "",
    error,
    warnings: [],
    problems: [{ what: error, since: "" }],
    busySince: "",
  };
}

/** A loader that runs and takes its time is busy, and not gone: what is in force stays in force either way. */
function silence(paths: MeshPaths, host: string, { code, message }: WeftError): string {
  const running = runningProcesses(paths).find(({ name }) => name === `loader-${host}`);
  if (code !== "DEADLINE_EXCEEDED" || running === undefined) return message;
  return `its loader is busy: process ${running.pid} runs and has not answered yet (${message})`;
}

/** What is kept of the time to ask what a host enforces instead. */
const lookMs = 1_000;

/** How long who has so long in all may wait for hosts, so that there is time left to tell how far they are. */
export function waitingMs(timeoutMs: number): number {
  return timeoutMs - Math.min(lookMs, timeoutMs / 4);
}

/**
 * Waits until each of the hosts enforces what is on record at a revision, which need not exist yet; answers how far each is then, or when the
 * time is over. A loader says so after it has written to the kernel.
 */
export function waitInForce(
  paths: MeshPaths,
  hosts: readonly string[],
  awaited: OnRecord,
  timeoutMs: number,
  caller: Caller,
): Promise<AwaitedProgress[]> {
  // Who only looks asks too: a host that cannot know what is on record has nothing in force, whatever its numbers are.
  const endMs = performance.now() + (timeoutMs || lookMs);
  return Promise.all(hosts.map((host) => waitFor(paths, host, awaited, endMs, caller)));
}

async function waitFor(
  paths: MeshPaths,
  host: string,
  { revision, event = "", earlier = [] }: OnRecord,
  endMs: number,
  caller: Caller,
): Promise<AwaitedProgress> {
  const { signal } = caller;
  using loader = loaderOf(paths, host, caller);
  let never = "";
  for (;;) {
    const leftMs = endMs - performance.now();
    if (leftMs <= 0) break;
    try {
      const answer = await loader.wait(
        { revision, event, earlier: [...earlier] },
        { signal, deadlineMs: leftMs },
      );
      return { ...progressIn(host, answer), inForce: true, never };
    } catch (thrown) {
      throwIfInterrupted(caller);
      // Anything else would be answered again: the time is over, or it never will enforce this revision.
      const { code, message } = toWeftError(thrown);
      if (code === "FAILED_PRECONDITION") never = message;
      if (code !== "UNAVAILABLE") break;
      await delay(Math.min(againMs, leftMs), undefined, { signal }).catch(() => throwIfInterrupted(caller));
    }
  }
  return { ...(await hostProgress(paths, host, caller, { deadlineMs: lookMs })), inForce: false, never };
}

/** A command whose time is over tells what it knows; one that was told to end does not. */
function throwIfInterrupted({ signal, waits }: Caller): void {
  if (waits.leftMs() > 0) signal.throwIfAborted();
}

function progressIn(host: string, answer: Response<"Loader", "status">): HostProgress {
  const { applied, followed, endpoints, attach, recorded, unrecorded, error, warnings, busySinceMs } = answer;
  const problems = answer.problems.map(({ what, sinceMs }) => ({
    what: what ?? "",
    since: timeText(sinceMs),
  }));
  const counts = { applied, followed, endpoints, attach, recorded, unrecorded };
  return { host, ...counts, error, warnings, problems, busySince: timeText(busySinceMs) };
}

function timeText(ms: number | null | undefined): string {
  return ms ? new Date(Number(ms)).toISOString() : "";
}

/** A line for each warning, with the hosts that have it: mostly all of them, as they read the same log. */
export function warningLines(hosts: readonly HostProgress[]): string[] {
  const said = new Map<string, string[]>();
  for (const { host, warnings } of hosts)
    for (const text of warnings) said.set(text, [...(said.get(text) ?? []), host]);
  return [...said].map(([text, names]) => `warning of ${names.join(", ")}: ${text}`);
}

/** A line for each host that does not enforce the revision: what it enforces instead, and what it says. */
export function behindLines(hosts: readonly AwaitedProgress[], revision: number): string[] {
  return hosts
    .filter(({ inForce }) => !inForce)
    .map(({ host, applied, followed, error, never }) => {
      const has = never === "" ? saidBy(applied, followed) : never;
      return `host ${host} does not enforce revision ${revision}: ${has}${error === "" ? "" : `: ${error}`}`;
    });
}

function saidBy(applied: number, followed: number): string {
  if (applied === 0 && followed === 0) return "its loader does not answer";
  return `it enforces ${applied} and has read ${followed}`;
}
