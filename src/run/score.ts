import { scoreCell } from '../scoring/score.js';
import type { Phase } from './phase.js';
import { runEnded } from './run-ended.js';
import { decideVerdict } from './verdict.js';

/** What the run is worth, and its axes: both from what is known of it, however far it came. */
export const score: Phase<never> = {
  name: 'score',
  needs: [],
  limitMs: () => null,
  async work(run, state) {
    const { trace, spec } = run;
    const verdict = decideVerdict(spec, state);
    const { scores, unmeasured, tokensKnownSubtotal } = scoreCell({
      ...state,
      taskId: spec.task.id,
      manifest: spec.task.manifest,
      unscored: verdict.verdict === 'unscored' ? (verdict.explanation ?? 'the run was not scored') : null,
    });
    trace.emit({ type: 'scored', scores, unmeasured, tokens_known_subtotal: tokensKnownSubtotal });
    return { verdict, events: [runEnded(run, state, verdict)] };
  },
};
