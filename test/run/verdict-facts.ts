import type { CallCause, ModelCall } from '../../src/model/model-call.js';
import type { RunStop } from '../../src/run/run-stop.js';
import { decideVerdict, type VerdictFacts } from '../../src/run/verdict.js';
import { callOf } from '../scoring/fixtures.js';

/** A model call of the agent's: answered, or failed of that cause. */
export function call(cause: CallCause | null, more: Partial<ModelCall> = {}): ModelCall {
  const failed = cause !== null && cause !== 'empty_reply';
  return callOf({
    promptTokens: 10,
    completionTokens: 1,
    toolCalls: failed ? [] : ['edit'],
    timeToFirstTokenMs: failed ? null : 100,
    status: cause === null ? 200 : null,
    cause,
    error: cause === null ? null : 'the server said so',
    ...(cause === 'empty_reply' && { flaw: 'empty', toolCalls: [] }),
    ...more,
  });
}

/** What a run's facts are made of here: those of its stop lie beside the calls and the tests. */
export type Situation = Partial<Omit<VerdictFacts, 'stop'> & Omit<RunStop, 'reason'>> & {
  stopReason?: RunStop['reason'];
};

/** The verdict on a run that failed its tests after one good call, but for what is given. */
export function decide(situation: Situation) {
  const { calls = [call(null)], testsPassed = false, stopReason = 'finished', ...stop } = situation;
  return decideVerdict({
    // Numbered as the meter does.
    calls: calls.map((each, at) => ({ ...each, index: at + 1 })),
    testsPassed,
    stop: {
      reason: stopReason,
      fault: null,
      exitCode: stopReason === 'crashed' ? 1 : null,
      signal: null,
      limitHit: null,
      spentOn: stopReason === 'budget' ? 'calls' : null,
      tui: 'opencode',
      usesTools: true,
      lastWords: null,
      timeoutS: 600,
      idleS: 120,
      budget: { maxCalls: 3, maxTokens: null },
      ...stop,
    },
  });
}
