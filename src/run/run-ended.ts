import { round } from '../host/clock.js';
import type { Run } from './run.js';
import { stopReasonOf } from './run-stop.js';
import type { RunState, VerdictResult } from './state.js';

/** The last event of a run, but for its time: the verdict, and how long it all took. */
export function runEnded(run: Run, state: RunState, verdict: VerdictResult) {
  const { clock } = run.trace;
  const { prepared, wallClockMs, tests } = state;
  const startMs = wallClockMs === null ? null : (prepared?.startMs ?? null);
  return {
    type: 'run_ended',
    verdict: verdict.verdict,
    stop_reason: stopReasonOf(state),
    cause: verdict.cause,
    explanation: verdict.explanation,
    advice: verdict.advice,
    banners: verdict.banners,
    exit_code: verdict.exitCode,
    started_at: startMs === null ? null : clock.iso(startMs),
    ended_at: startMs === null || wallClockMs === null ? null : clock.iso(startMs + wallClockMs),
    duration_s: wallClockMs === null ? null : round(wallClockMs / 1000),
    overhead_ms: tests ? round(run.overheadMs()) : null,
    // As far as it is known: the score is not over yet.
    phases: { ...run.elapsedMs },
  } as const;
}
