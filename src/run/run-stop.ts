import type { Cause, LimitName } from '../model/causes.js';
import { ExitCode } from '../model/errors.js';
import type { LimitHit } from '../model/limits.js';
import type { StopReason } from '../model/record.js';
import type { BudgetLimits } from './budget.js';
import type { CellPlan } from './plan.js';
import type { RunState } from './state.js';

/** How a run ended, and what it had been allowed. */
export interface RunStop {
  reason: StopReason;
  /** What made a run impossible: a check before it, or an error of our own. */
  fault: { cause: Cause; explanation: string; advice: string | null; exitCode: ExitCode } | null;
  /** The agent's own; null when it was stopped or never ran. */
  exitCode: number | null;
  signal: string | null;
  /** With the reason `limit`: which. */
  limitHit: LimitHit | null;
  /** With the reason `budget`: which limit was spent. */
  spentOn: 'calls' | 'tokens' | null;
  tui: string;
  /** Whether the agent has the model call tools at all. */
  usesTools: boolean;
  /** What the agent last said on stderr: shown when it died without asking the endpoint. */
  lastWords: string | null;
  timeoutS: number;
  idleS: number;
  budget: BudgetLimits;
}

/** What a run had been allowed. */
export type Allowed = Pick<CellPlan, 'adapter' | 'timeoutS' | 'idleS' | 'budget'>;
/** What the verdict reads of a run's state. */
export type Ended = Pick<RunState, 'calls' | 'tests' | 'drive' | 'blocked' | 'fault' | 'interrupted'>;

export function stopReasonOf({ drive, fault, interrupted }: Ended): StopReason {
  if (interrupted) return 'interrupted';
  if (fault) return 'harness';
  return drive?.stopReason ?? 'not_started';
}

export function stopOf({ adapter, timeoutS, idleS, budget }: Allowed, state: Ended): RunStop {
  const { drive } = state;
  return {
    reason: stopReasonOf(state),
    fault: faultOf(state),
    exitCode: drive?.exitCode ?? null,
    signal: drive?.signal ?? null,
    limitHit: drive?.limitHit ?? null,
    spentOn: drive?.spentOn ?? null,
    tui: adapter.id,
    usesTools: adapter.editDialect === 'tools',
    lastWords: drive?.lastWords ?? null,
    timeoutS,
    idleS,
    budget,
  };
}

function faultOf({ blocked, fault, drive }: Ended): RunStop['fault'] {
  if (blocked) {
    return {
      cause: `preflight.${blocked.id}`,
      explanation: blocked.detail,
      advice: blocked.fix,
      exitCode: ExitCode.preflight,
    };
  }
  if (!fault) return null;
  return {
    cause: 'harness',
    explanation: fault.message,
    advice: fault.fix,
    // A broken task that was found out before an agent started is the user's to mend.
    exitCode: drive === null && fault.exitCode === ExitCode.usage ? ExitCode.usage : ExitCode.unscored,
  };
}

/** Death by signal n is exit code 128 + n wherever a shell or a sandbox stands between; the last signal is 31 on most systems. */
const SIGNALS = { above: 128, below: 160 };

/** The agent died by a signal that this program did not send. */
export function diedBySignal({ reason, exitCode, signal }: RunStop): boolean {
  if (reason !== 'crashed') return false;
  return signal !== null || (exitCode !== null && exitCode > SIGNALS.above && exitCode < SIGNALS.below);
}

/** How it died, as in "opencode …". */
export function howItDied({ exitCode, signal }: RunStop): string {
  return signal === null ? `exited with ${exitCode}` : `was killed by ${signal}`;
}

/** The limit of ours that ended the run; null when none did. */
export function limitOf({ reason, limitHit, spentOn }: RunStop): LimitName | null {
  switch (reason) {
    case 'timed_out':
      return 'time';
    case 'idle':
      return 'idle';
    case 'budget':
      return spentOn ?? 'calls';
    case 'limit':
      return limitHit?.kind ?? null;
    default:
      return null;
  }
}

/** That a run did not end by itself, to be said whatever it is worth. */
export function stopBanners({ reason, timeoutS, idleS, budget, spentOn, tui, limitHit }: RunStop): string[] {
  switch (reason) {
    case 'timed_out':
      return [`${tui} was stopped after ${timeoutS} s, the time limit`];
    case 'idle':
      return [`${tui} was stopped: ${idleS} s without output, model call or running tool`];
    case 'budget': {
      const spent = spentOn === 'tokens' ? budget.maxTokens : budget.maxCalls;
      return [`${tui} was stopped: its budget of ${spent} ${spentOn ?? 'calls'} was spent`];
    }
    case 'limit':
      return [`${tui} was stopped: ${limitHit?.what ?? 'it went over a limit of this machine'}`];
    case 'crashed':
      return [`${tui} ended with an error; the tests ran on what it left`];
    default:
      return [];
  }
}
