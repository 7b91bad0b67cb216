import type { RunEvent } from '../../../src/model/events.js';
import type { LimitHit } from '../../../src/model/limits.js';
import type { CallCause } from '../../../src/model/model-call.js';
import type { Check, StopReason } from '../../../src/model/record.js';
import { type CallState, foldEvents } from '../../../src/model/run-state.js';
import { decideVerdict } from '../../../src/run/verdict.js';
import { started } from '../reporters/sample-run.js';
import { callOf } from '../scoring/fixtures.js';

/** A model call of the agent: answered when `cause` is null, else failed. */
export function call(cause: CallCause | null, more: Partial<CallState> = {}): CallState {
  const failed = cause !== null && cause !== 'empty_reply';
  return callOf({
    prompt_tokens: 10,
    completion_tokens: 1,
    tool_calls: failed ? [] : ['edit'],
    time_to_first_token_ms: failed ? null : 100,
    status: cause === null ? 200 : null,
    cause,
    error: cause === null ? null : 'the server said so',
    ...(cause === 'empty_reply' && { flaw: 'empty', tool_calls: [] }),
    ...more,
  });
}

/** What a run has that the default run has not. */
export interface Situation {
  calls?: readonly CallState[];
  stopReason?: StopReason;
  /** @default false */
  testsPassed?: boolean | null;
  /** Whether the agent offers tools. @default true */
  usesTools?: boolean;
  blocked?: Check;
  fault?: { message: string; fix: string };
  exitCode?: number | null;
  signal?: string;
  limitHit?: LimitHit;
  spentOn?: 'calls' | 'tokens';
  lastStderrLine?: string;
  budget?: { maxCalls: number | null; maxTokens: number | null };
}

/** The verdict on a situation. By default the run failed its tests after one good call. */
export function decide(situation: Situation) {
  return decideVerdict(foldEvents(eventsOf(situation)));
}

function eventsOf(situation: Situation): RunEvent[] {
  const { calls = [call(null)], testsPassed = false, stopReason = 'finished', usesTools = true } = situation;
  const { blocked, fault, budget = { maxCalls: 3, maxTokens: null } } = situation;
  const t_ms = 0;
  const events: RunEvent[] = [
    { ...started, uses_tools: usesTools, max_calls: budget.maxCalls, max_tokens: budget.maxTokens },
  ];
  if (blocked)
    events.push({ type: 'check', t_ms, check: blocked }, { type: 'blocked', t_ms, check_id: blocked.id });
  for (const [at, { text, ...each }] of calls.entries()) {
    // Numbered like the meter's calls.
    events.push({ type: 'model_call', t_ms, call: { ...each, n: at + 1 }, text });
  }
  events.push(...stoppedOf(stopReason, situation));
  if (testsPassed !== null) events.push({ type: 'tests', t_ms, passed: testsPassed, cases: [] });
  if (fault) events.push({ type: 'fault', t_ms, ...fault, exit_code: null });
  if (stopReason === 'interrupted') events.push({ type: 'interrupted', t_ms });
  return events;
}

function stoppedOf(stop_reason: StopReason, given: Situation): RunEvent[] {
  if (stop_reason === 'not_started' || stop_reason === 'interrupted' || stop_reason === 'harness') return [];
  const crashed = given.exitCode === undefined && stop_reason === 'crashed';
  return [
    {
      type: 'agent_stopped',
      t_ms: 0,
      stop_reason,
      exit_code: crashed ? 1 : (given.exitCode ?? null),
      signal: given.signal ?? null,
      active_ms: 1000,
      limit_hit: given.limitHit ?? null,
      spent_on: given.spentOn ?? (stop_reason === 'budget' ? 'calls' : null),
      last_words: given.lastStderrLine ?? null,
    },
  ];
}
