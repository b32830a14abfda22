// What the datagrams of a flow prove, given what was promised of them and when. Pure.

/** A time in which a flow was promised to pass, or not to; ns of the monotonic clock. */
export interface Promised {
  readonly passes: boolean;
  readonly fromNs: number;
  readonly toNs: number;
}

/** What is known of each datagram. */
interface Trace {
  readonly sentNs: Float64Array;
  readonly seen: Uint8Array;
}

/** The outcome of a flow. Each list holds when the datagrams concerned were sent. */
export interface Judged {
  readonly sent: number;
  readonly received: number;
  /** Promised to pass, and did not. */
  readonly lostNs: readonly number[];
  /** Promised not to pass, and did. */
  readonly leakedNs: readonly number[];
}

/** A datagram sent this shortly before a promise ends may meet the next change on its way. */
const marginNs = 100e6;

/** Compares every datagram with what was promised for the time that it was sent at. Promises are in order of time. */
export function judge({ sentNs, seen }: Trace, promises: readonly Promised[]): Judged {
  const lostNs: number[] = [];
  const leakedNs: number[] = [];
  let sent = 0;
  let received = 0;
  let at = 0;
  for (let number = 0; number < sentNs.length; number += 1) {
    const time = sentNs[number] ?? 0;
    if (time === 0) continue;
    sent += 1;
    const arrived = (((seen[number >> 3] ?? 0) >> (number & 7)) & 1) === 1;
    if (arrived) received += 1;
    while (at < promises.length && (promises[at]?.toNs ?? 0) <= time) at += 1;
    const promise = promises[at];
    if (promise === undefined || time < promise.fromNs) continue;
    if (!promise.passes && arrived) leakedNs.push(time);
    if (promise.passes && !arrived && time < promise.toNs - marginNs) lostNs.push(time);
  }
  return { sent, received, lostNs, leakedNs };
}
