import type { AgentStep } from '../agents/step.js';
import { round } from '../host/clock.js';
import type { ModelCall } from '../model/model-call.js';
import type { ModelCallRecord, StepRecord } from '../model/record.js';

/** Agents and endpoints can send texts of any length; these limits keep the record readable. */
const MAX_TEXT_CHARS = 16_000;
const MAX_NAME_CHARS = 500;
const MAX_TOOL_CALLS = 200;

/** The call in the record form (snake_case). Long texts are cut. */
export function toCallRecord(call: ModelCall): ModelCallRecord {
  return {
    n: call.index,
    probe: call.probe,
    timestamp: call.timestamp,
    start_ms: round(call.startedAtMs),
    path: call.path,
    stream: call.stream,
    requested_model: name(call.requestedModel),
    served_model: name(call.servedModel),
    request_hash: call.requestHash,
    offered_tools: call.offeredTools,
    prompt_tokens: call.promptTokens,
    completion_tokens: call.completionTokens,
    cached_tokens: call.cachedTokens,
    reasoning_tokens: call.reasoningTokens,
    usage_missing: call.usageMissing,
    latency_ms: round(call.latencyMs),
    time_to_first_token_ms: call.timeToFirstTokenMs === null ? null : round(call.timeToFirstTokenMs),
    silent_ms: round(call.silentMs),
    finish: name(call.finish),
    tool_calls: call.toolCalls.slice(0, MAX_TOOL_CALLS).map((tool) => cut(tool, MAX_NAME_CHARS)),
    flaw: call.flaw,
    status: call.status,
    retry_after_s: call.retryAfterS,
    cause: call.cause,
    error: call.error,
  };
}

/** The step in the record form (snake_case). Long texts are cut. `atMs` is on the run's clock. */
export function toStepRecord(step: AgentStep, n: number, atMs: number): StepRecord {
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
  if (step.kind !== 'tool') return { ...blank, kind: step.kind, text: cut(step.text, MAX_TEXT_CHARS) };
  const { exitCode, durationMs, ...tool } = step;
  return {
    ...blank,
    ...tool,
    name: cut(tool.name, MAX_NAME_CHARS),
    target: cut(tool.target, MAX_TEXT_CHARS),
    exit_code: exitCode,
    duration_ms: durationMs,
  };
}

function name(text: string | null): string | null {
  return text === null ? null : cut(text, MAX_NAME_CHARS);
}

function cut(text: string, maxChars: number): string {
  return text.length > maxChars ? `${text.slice(0, maxChars - 1)}…` : text;
}
