// The kernel's clock and the wall's.

/**
 * Milliseconds since 1970 at which CLOCK_MONOTONIC was 0, as of now: Node.js's own high-resolution time is that clock. A
 * wall clock that is set changes it, so it is asked for again with each batch of records.
 */
export function monotonicStartMs(): number {
  return Date.now() - Number(process.hrtime.bigint()) / 1e6;
}
