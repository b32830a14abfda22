// Events and a small decider for the tests of this package.
import fc from "fast-check";
import { accept, type Decider, refuse } from "./decider.ts";
import type { WeftEvent } from "./events.ts";
import { fromSubjectToken } from "./subjects.ts";
import type { AppendRequest, Log } from "./types.ts";

/** An allocation of numbers, with labels that tell them apart. */
export function allocated(...identities: number[]): WeftEvent<"IdentitiesAllocated"> {
  const allocations = identities.map((identity) => ({ identity, labels: { n: String(identity) } }));
  return { type: "IdentitiesAllocated", data: { allocations } };
}

/** A release of numbers. */
export function released(...identities: number[]): WeftEvent<"IdentitiesReleased"> {
  return { type: "IdentitiesReleased", data: { identities } };
}

/** Numbers in use. */
export type Numbers = ReadonlySet<number>;

/** Takes the next number, or gives one back. */
type NumberCommand = { readonly kind: "Take" } | { readonly kind: "Give"; readonly identity: number };

/** Hands out 1, 2, 3 ...; at most `limit`. */
export function numberDecider(
  limit = 1_000_000,
): Decider<Numbers, NumberCommand, WeftEvent<"IdentitiesAllocated" | "IdentitiesReleased">> {
  return {
    initial: new Set(),
    decide(command, state) {
      if (command.kind === "Give") {
        return state.has(command.identity) ? accept(released(command.identity)) : accept();
      }
      if (state.size >= limit) return refuse("RESOURCE_EXHAUSTED", "no number is left");
      return accept(allocated(Math.max(0, ...state) + 1));
    },
    evolve(state, event) {
      const next = new Set(state);
      if (event.type === "IdentitiesReleased")
        for (const identity of event.data.identities) next.delete(identity);
      else for (const { identity } of event.data.allocations) next.add(identity);
      return next;
    },
  };
}

/** An event that belongs on a subject of `identity`, `ipam`, `option` or `host`, the n-th of its kind. */
export function eventOn(subject: string, n: number): WeftEvent {
  const [, , kind, token = ""] = subject.split(".");
  const name = fromSubjectToken(token);
  if (kind === "option") return { type: "OptionsSet", data: { scope: name, values: { n: String(n) } } };
  if (kind === "host") return { type: "HostLeft", data: { host: name } };
  return kind === "ipam" ? { type: "HostPrefixReleased", data: { host: `h${n}` } } : allocated(n);
}

/** Appends plain events to one subject, one after the other; answers their revisions. */
export async function appendAll(
  log: Log,
  count: number,
  more: Partial<AppendRequest> & { readonly subject?: string } = {},
): Promise<number[]> {
  const subject = more.subject ?? "weft.log.identity";
  let expected = more.expected ?? (await log.last(subject))?.revision ?? 0;
  const revisions: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const made = await log.append({
      actor: "test",
      cause: "test",
      event: eventOn(subject, n + 1),
      ...more,
      subject,
      expected,
    });
    expected = made.revision;
    revisions.push(expected);
  }
  return revisions;
}

/** Everything an async iterable gives. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of source) found.push(item);
  return found;
}

/** Waits for a condition, with a deadline. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  deadlineMs = 30_000,
): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${deadlineMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Names as people give them, and worse. */
export const anyName = fc.oneof(
  fc.string({ minLength: 1, unit: "grapheme" }),
  fc.string({ minLength: 1, unit: fc.constantFrom(..."a.*>% \t\n\u007fé") }),
);
