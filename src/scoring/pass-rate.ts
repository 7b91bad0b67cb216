import type { Scores } from '../model/score-blocks.js';
import type { Axis, ScoringState } from './axis.js';

/**
 * `pass` is 1 exactly when every check of the grader passed, 0 when one did not. It is null for an unscored run:
 * what the tests said is kept, but it is no verdict on the model. `timed_out` is the test run's.
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
