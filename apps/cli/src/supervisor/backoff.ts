/**
 * How long to wait before a program that failed `failures` times in a row is started again: not at all when it had run
 * well, then 100 ms doubling up to 10 s.
 */
export function backoffMs(failures: number): number {
  return failures <= 0 ? 0 : Math.min(100 * 2 ** (failures - 1), 10_000);
}
