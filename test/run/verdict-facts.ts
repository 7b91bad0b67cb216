import { opencode } from '../../src/agents/adapters/opencode.js';
import type { CallCause, ModelCall } from '../../src/model/model-call.js';
import type { StopReason } from '../../src/model/record.js';
import type { CellPlan } from '../../src/run/plan.js';
import type { DriveEnd, RunState } from '../../src/run/state.js';
import { decideVerdict } from '../../src/run/verdict.js';
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

/** What differs in a run, and how it stopped. */
export type Situation = Partial<
  Pick<RunState, 'calls' | 'blocked' | 'fault'> & Omit<DriveEnd, 'stopReason'> & Pick<CellPlan, 'budget'>
> & {
  stopReason?: StopReason;
  /** @default false */
  testsPassed?: boolean | null;
  /** The agent has the model call tools. @default true */
  usesTools?: boolean;
};

const TESTS = { exitCode: 0, timedOut: false, stdoutTail: '', stderrTail: '' };
const ALLOWED = { timeoutS: 600, idleS: 120, budget: { maxCalls: 3, maxTokens: null } };

/** The verdict on a run that failed its tests after one good call, but for what is given. */
export function decide(situation: Situation) {
  const { calls = [call(null)], testsPassed = false, stopReason = 'finished', usesTools = true } = situation;
  return decideVerdict(
    {
      ...ALLOWED,
      budget: situation.budget ?? ALLOWED.budget,
      adapter: { ...opencode, editDialect: usesTools ? 'tools' : 'whole-file' },
    },
    {
      // Numbered as the meter does.
      calls: calls.map((each, at) => ({ ...each, index: at + 1 })),
      tests: testsPassed === null ? null : { ...TESTS, passed: testsPassed },
      blocked: situation.blocked ?? null,
      fault: situation.fault ?? null,
      interrupted: stopReason === 'interrupted',
      drive: driveEndOf(stopReason, situation),
    },
  );
}

function driveEndOf(stopReason: StopReason, given: Situation): DriveEnd | null {
  if (stopReason === 'not_started' || stopReason === 'interrupted' || stopReason === 'harness') return null;
  return {
    stopReason,
    exitCode: given.exitCode === undefined && stopReason === 'crashed' ? 1 : (given.exitCode ?? null),
    signal: given.signal ?? null,
    limitHit: given.limitHit ?? null,
    spentOn: given.spentOn ?? (stopReason === 'budget' ? 'calls' : null),
    canarySeen: false,
    lastWords: given.lastWords ?? null,
  };
}
