import type { Scores } from '../model/score-blocks.js';
import type { Axis, CellFacts } from './facts.js';

/**
 * `pass` is 1 exactly when every check of the grader passed, 0 when one did not. It is null for an unscored run:
 * what the tests said is kept, but it is no verdict on the model. `timed_out` is the test run's.
 */
export function scorePassRate(facts: Pick<CellFacts, 'tests' | 'unscored'>): Axis<Scores['pass_rate']> {
  const { tests, unscored } = facts;
  const unmeasured = unscored ?? (tests ? null : 'The tests did not run.');
  return {
    block: {
      pass: unmeasured !== null || !tests ? null : tests.passed ? 1 : 0,
      exit_code: tests?.exitCode ?? null,
      timed_out: tests?.timedOut ?? false,
      stdout_tail: tests?.stdoutTail ?? '',
      stderr_tail: tests?.stderrTail ?? '',
      partial_score: tests?.reward ?? null,
    },
    unmeasured,
  };
}
