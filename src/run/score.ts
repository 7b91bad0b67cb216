import { round } from '../host/clock.js';
import { wallClockOf } from '../model/run-state.js';
import { scoreRun } from '../scoring/score.js';
import type { Phase } from './phase.js';
import type { Run } from './run.js';
import { stopReasonOf } from './stop-reason.js';
import { decideVerdict, type VerdictResult } from './verdict.js';

/** Verdict and axes from the run's state. It works for a run that ended early, too. */
export const score: Phase<never> = {
  name: 'score',
  needs: [],
  limitMs: () => null,
  async work(run) {
    const { trace, spec, state } = run;
    const verdict = decideVerdict(state);
    const unscored =
      verdict.verdict === 'unscored' ? (verdict.explanation ?? 'the run was not scored') : null;
    const { scores, unmeasured, tokensKnownSubtotal } = scoreRun(spec.task, state, unscored);
    trace.emit({ type: 'scored', scores, unmeasured, tokens_known_subtotal: tokensKnownSubtotal });
    return { events: [runEnded(run, verdict)] };
  },
};

/** The last event of a run, without its time: the verdict and the durations. */
function runEnded({ trace: { clock }, state, overheadMs }: Run, verdict: VerdictResult) {
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
    // Without the score phase, which is still running.
    phases: { ...state.phaseMs },
  } as const;
}
