/** The monotonic clock of a run. All times in events and records come from it. */
export interface Clock {
  /** Milliseconds since the run began, with fractions. */
  now(): number;
  /** A time of this clock (default: now) as ISO-8601 with Z. */
  iso(atMs?: number): string;
}

/** Starts a clock at 0. */
export function startClock(): Clock {
  const originMs = performance.now();
  const originWallMs = Date.now();
  const now = () => performance.now() - originMs;
  return { now, iso: (atMs = now()) => new Date(originWallMs + atMs).toISOString() };
}

/** Rounds to microseconds: the clock is not more precise. */
export function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
