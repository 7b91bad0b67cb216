import type { Clock } from '../host/clock.js';

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

/** Keeps apart what this program itself costs and what is somebody else's time. */
export function startOverhead(clock: Clock) {
  const others: Interval[] = [];
  return {
    external<T>(work: Promise<T>): Promise<T> {
      const startMs = clock.now();
      return work.finally(() => others.push({ startMs, endMs: clock.now() }));
    },
    overheadMs: () => overheadMs({ startMs: 0, endMs: clock.now() }, others),
  };
}
