import { type Aggregate, type Decider, type Log, openAggregate, type WeftEvent } from "@weft/log";

/** Aggregates held at once; beyond it the one opened first is let go and opened again when it is wanted. */
const maxHeld = 4096;

/** One kind of aggregate by subject, opened when first wanted; `empty`: as nothing is known to be on the subject. */
export function aggregates<State, Command, Event extends WeftEvent>(
  log: Log,
  decider: Decider<State, Command, Event>,
): (subject: string, empty?: boolean) => Promise<Aggregate<State, Command, Event>> {
  const held = new Map<string, Promise<Aggregate<State, Command, Event>>>();
  return (subject, empty = false) => {
    const known = held.get(subject);
    if (known !== undefined) return known;
    const opened = openAggregate(log, { subject, decider, empty });
    opened.catch(() => held.delete(subject));
    held.set(subject, opened);
    const [oldest] = held.keys();
    if (held.size > maxHeld && oldest !== undefined) held.delete(oldest);
    return opened;
  };
}
