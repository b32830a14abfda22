/** How long to wait before a program that failed `failures` times in a row is started again: 100 ms doubling up to 10 s. */
export function backoffMs(failures: number): number {
  return Math.min(100 * 2 ** Math.max(0, failures - 1), 10_000);
}
