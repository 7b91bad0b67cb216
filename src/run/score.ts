import { scoreRun } from '../scoring/score.js';
import type { Phase } from './phase.js';
import { runEnded } from './run-ended.js';
import { decideVerdict } from './verdict.js';

/** The verdict and the axes, from the run's state, however far it came. */
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
