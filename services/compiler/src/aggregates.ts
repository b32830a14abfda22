import { type Aggregate, type Decider, type Log, openAggregate, type WeftEvent } from "@weft/log";

/** Aggregates held at once; beyond it the one opened first is let go and opened again when it is wanted. */
const maxHeld = 4096;

/** One kind of aggregate by subject, opened when first wanted. */
export function aggregates<State, Command, Event extends WeftEvent>(
  log: Log,
  decider: Decider<State, Command, Event>,
): (subject: string) => Promise<Aggregate<State, Command, Event>> {
  const held = new Map<string, Promise<Aggregate<State, Command, Event>>>();
  return (subject) => {
    const known = held.get(subject);
    if (known !== undefined) return known;
    const opened = openAggregate(log, { subject, decider });
    opened.catch(() => held.delete(subject));
    held.set(subject, opened);
    const [oldest] = held.keys();
    if (held.size > maxHeld && oldest !== undefined) held.delete(oldest);
    return opened;
  };
}
