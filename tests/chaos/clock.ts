/** Nanoseconds of the monotonic clock, which the traffic programs read too. */
export function nowNs(): number {
  return Number(process.hrtime.bigint());
}

/** Milliseconds since a time of the monotonic clock. */
export function msSince(ns: number): number {
  return (nowNs() - ns) / 1e6;
}
