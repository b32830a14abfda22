import type { Log, OnUnknown } from "@weft/log";
import { fold } from "@weft/log";
import { type Mesh, meshProjection } from "@weft/model";
import { WeftError } from "@weft/netaddr";
import { InvalidArgumentError } from "commander";
import type { Output } from "../output.ts";

const isoTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/i;

/** Whether a text is an ISO 8601 time. Date.parse alone takes "-5" and much else for one. */
export function isTime(text: string): boolean {
  return isoTime.test(text) && !Number.isNaN(Date.parse(text));
}

/** Checks a point in the log as people give it: a revision, or an ISO 8601 time. */
export function pointArgument(text: string): string {
  if (/^\d+$/.test(text) || isTime(text)) return text;
  throw new InvalidArgumentError("It must be a revision (a number) or a time such as 2026-01-31T14:03:00Z.");
}

/** The newest revision at or before a point. */
export async function revisionOf(point: string, log: Log): Promise<number> {
  if (!/^\d+$/.test(point)) return await log.revisionAt(new Date(point));
  const head = await log.head();
  if (Number(point) <= head) return Number(point);
  throw new WeftError("NOT_FOUND", `the log ends at revision ${head}`, { field: "--at" });
}

/** The mesh at a revision, by default the newest, and which one that is. */
export async function meshAt(
  log: Log,
  at: number | undefined,
  onUnknown: OnUnknown,
  signal: AbortSignal,
): Promise<{ readonly mesh: Mesh; readonly revision: number }> {
  const { state, revision } = await fold(log, meshProjection, {
    signal,
    onUnknown,
    ...(at === undefined ? {} : { at }),
  });
  return { mesh: state, revision };
}

/** Says of the first event that is left out, and no more: `weft log` shows them all. */
export function warnOnce(output: Pick<Output, "say">): OnUnknown {
  let warned = false;
  return ({ revision, subject }, _typeName, { message }) => {
    if (!warned)
      output.say(
        `weft: without revision ${revision} on ${subject}: ${message} (weft log shows every such event)`,
      );
    warned = true;
  };
}
