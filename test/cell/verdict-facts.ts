import { decideVerdict, type VerdictFacts } from '../../src/cell/verdict.js';
import type { CallCause, ModelCall } from '../../src/endpoint/model-call.js';

/** A model call of the agent's: answered, or failed of that cause. */
export function call(cause: CallCause | null, more: Partial<ModelCall> = {}): ModelCall {
  return {
    index: 1,
    probe: false,
    startedAtMs: 0,
    timestamp: '2026-01-01T00:00:00.000Z',
    path: '/v1/chat/completions',
    stream: true,
    requestedModel: 'm',
    servedModel: 'm',
    requestHash: '',
    promptTokens: 10,
    completionTokens: 1,
    cachedTokens: null,
    reasoningTokens: null,
    usageMissing: null,
    latencyMs: 5,
    timeToFirstTokenMs: 1,
    finish: 'stop',
    toolCalls: ['edit'],
    text: '',
    status: cause === null ? 200 : null,
    retryAfterS: null,
    cause,
    error: cause === null ? null : 'the server said so',
    ...more,
  };
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
