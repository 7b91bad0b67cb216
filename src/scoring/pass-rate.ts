import type { Scores } from '../model/score-blocks.js';
import type { Axis, ScoringState } from './axis.js';

/**
 * `pass` is 1 when all visible tests and hidden cases passed, else 0. It is null for an unscored run, which keeps the
 * output of the tests. `timed_out` belongs to the test run.
 */
export function scorePassRate(
  tests: ScoringState['tests'],
  unscored: string | null,
): Axis<Scores['pass_rate']> {
  const unmeasured = unscored ?? (tests ? null : 'The tests did not run.');
  const verify = tests?.verify;
  return {
    block: {
      pass: unmeasured !== null || !tests ? null : tests.passed ? 1 : 0,
      exit_code: verify?.exit_code ?? null,
      timed_out: verify?.timed_out ?? false,
      stdout_tail: verify?.stdout_tail ?? '',
      stderr_tail: verify?.stderr_tail ?? '',
      partial_score: verify?.reward ?? null,
    },
    unmeasured,
  };
}
