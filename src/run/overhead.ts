import type { Clock } from '../host/clock.js';

/** On the run's clock. */
export interface Interval {
  startMs: number;
  endMs: number;
}

/**
 * Milliseconds of `whole` that no interval of `others` covers. This is the program's own cost when `others` are the times
 * of agent, endpoint, install and tests. Overlaps count once.
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

/** Measures the program's own time: all time except that of the work passed to `external`. */
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
