/** A stretch of the run's clock. */
export interface Interval {
  startMs: number;
  endMs: number;
}

/**
 * Milliseconds of `whole` that no interval of `others` covers: what this program itself cost, when `others` are the
 * agent's life, the endpoint's answers, the install and the tests. Overlaps count once.
 */
export function overheadMs(whole: Interval, others: readonly Interval[]): number {
  let uncoveredMs = 0;
  let coveredToMs = whole.startMs;
  for (const { startMs, endMs } of [...others].sort((a, b) => a.startMs - b.startMs)) {
    uncoveredMs += Math.max(0, Math.min(startMs, whole.endMs) - coveredToMs);
    coveredToMs = Math.max(coveredToMs, endMs);
  }
  return uncoveredMs + Math.max(0, whole.endMs - coveredToMs);
}
