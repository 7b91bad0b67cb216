import { decideVerdict, type VerdictFacts } from '../../src/cell/verdict.js';
import type { CallCause, ModelCall } from '../../src/endpoint/model-call.js';
import { callOf } from '../scoring/fixtures.js';

/** A model call of the agent's: answered, or failed of that cause. */
export function call(cause: CallCause | null, more: Partial<ModelCall> = {}): ModelCall {
  return callOf({
    promptTokens: 10,
    completionTokens: 1,
    toolCalls: ['edit'],
    status: cause === null ? 200 : null,
    cause,
    error: cause === null ? null : 'the server said so',
    ...more,
  });
}

/** The verdict on a run that failed its tests after one good call, but for what is given. */
export function decide(facts: Partial<VerdictFacts>) {
  return decideVerdict({
    stopReason: 'finished',
    testsPassed: false,
    calls: [call(null)],
    timeoutS: 600,
    idleS: 120,
    budget: { maxCalls: 3, maxTokens: null },
    tui: 'opencode',
    usesTools: true,
    lastWords: null,
    ...facts,
  });
}
