/** One monotonic clock a run; every time in events and records comes from it. */
export interface Clock {
  /** Milliseconds since the run began, monotonic, fractional. */
  now(): number;
  /** ISO-8601 with Z of a moment on this clock (default: now). */
  iso(atMs?: number): string;
}

/** A clock whose zero is the moment of the call. */
export function startClock(): Clock {
  const originMs = performance.now();
  const originWallMs = Date.now();
  const now = () => performance.now() - originMs;
  return { now, iso: (atMs = now()) => new Date(originWallMs + atMs).toISOString() };
}

/** Microseconds are all that the clock is good for. */
export function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
