import type { AgentStep } from '../agents/step.js';
import type { ModelCall } from '../endpoint/model-call.js';
import type { ModelCallRecord, StepRecord } from './record.js';

/** The one place where our names become the published snake_case ones. */
export function publishedCall(call: ModelCall): ModelCallRecord {
  return {
    n: call.index,
    probe: call.probe,
    timestamp: call.timestamp,
    start_ms: round(call.startedAtMs),
    path: call.path,
    stream: call.stream,
    requested_model: call.requestedModel,
    served_model: call.servedModel,
    request_hash: call.requestHash,
    prompt_tokens: call.promptTokens,
    completion_tokens: call.completionTokens,
    cached_tokens: call.cachedTokens,
    reasoning_tokens: call.reasoningTokens,
    usage_missing: call.usageMissing,
    latency_ms: round(call.latencyMs),
    time_to_first_token_ms: call.timeToFirstTokenMs === null ? null : round(call.timeToFirstTokenMs),
    finish: call.finish,
    tool_calls: call.toolCalls,
    status: call.status,
    retry_after_s: call.retryAfterS,
    cause: call.cause,
    error: call.error,
  };
}

export function publishedStep(step: AgentStep, n: number, atMs: number): StepRecord {
  const blank = {
    n,
    t_ms: round(atMs),
    text: null,
    action: null,
    name: null,
    target: null,
    ok: null,
    exit_code: null,
    diff: null,
    output: null,
    duration_ms: null,
  };
  if (step.kind !== 'tool') return { ...blank, kind: step.kind, text: step.text };
  const { exitCode, durationMs, ...tool } = step;
  return { ...blank, ...tool, exit_code: exitCode, duration_ms: durationMs };
}

/** Microseconds are all that the clock is good for. */
export function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
