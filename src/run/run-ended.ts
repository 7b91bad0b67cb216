import { round } from '../host/clock.js';
import { wallClockOf } from '../model/run-state.js';
import type { Run } from './run.js';
import { stopReasonOf } from './stop-reason.js';
import type { VerdictResult } from './verdict.js';

/** The last event of a run, but for its time: the verdict, and how long it all took. */
export function runEnded({ trace: { clock }, state, overheadMs }: Run, verdict: VerdictResult) {
  const wall = wallClockOf(state);
  return {
    type: 'run_ended',
    verdict: verdict.verdict,
    stop_reason: stopReasonOf(state),
    cause: verdict.cause,
    explanation: verdict.explanation,
    advice: verdict.advice,
    banners: verdict.banners,
    exit_code: verdict.exitCode,
    started_at: wall && clock.iso(wall.startMs),
    ended_at: wall && clock.iso(wall.startMs + wall.wallClockMs),
    duration_s: wall && round(wall.wallClockMs / 1000),
    overhead_ms: state.tests ? round(overheadMs()) : null,
    // As far as it is known: the score is not over yet.
    phases: { ...state.phaseMs },
  } as const;
}
