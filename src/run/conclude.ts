import type { GradeResult } from '../grading/grade.js';
import { ExitCode } from '../model/errors.js';
import type { ModelCall } from '../model/model-call.js';
import type { Check, Phase, StopReason } from '../model/record.js';
import { scoreCell } from '../scoring/score.js';
import type { DrivePhase } from './drive-phase.js';
import { type Interval, overheadMs } from './overhead.js';
import type { CellPlan } from './plan.js';
import { round } from './published.js';
import type { RunStop } from './run-stop.js';
import type { Trace } from './trace.js';
import { decideVerdict, type VerdictResult } from './verdict.js';

/** What is known when a run is over, however it ended. */
export interface RunFacts {
  /** Preflight's verdict; null when the machine and the endpoint were ready. */
  blocked: Check | null;
  /** An error of our own. */
  fault: { message: string; fix: string; exitCode?: ExitCode } | null;
  interrupted: boolean;
  /** Start of prepare to end of cleanup; null when the agent never came that far. */
  wall: Interval | null;
  drive: DrivePhase | null;
  grade: GradeResult | null;
  phases: Partial<Record<Phase, number>>;
  /** Stretches that were not this program's own time. */
  elsewhere: Interval[];
}

/** Scores the run, gives its verdict, and emits both. */
export function conclude(trace: Trace, plan: CellPlan, facts: RunFacts): VerdictResult {
  const { drive, grade, wall } = facts;
  const calls: readonly ModelCall[] = drive?.calls ?? [];
  const stopReason = stopReasonOf(facts);
  const verdict = decideVerdict({
    calls,
    stop: stopOf(plan, facts, stopReason),
    testsPassed: grade?.tests?.passed ?? null,
  });
  trace.emit({ type: 'phase_started', phase: 'score', limit_ms: null });
  const scoringFromMs = trace.clock.now();
  const { scores, unmeasured, tokensKnownSubtotal } = scoreCell({
    taskId: plan.task.id,
    manifest: plan.task.manifest,
    unscored: verdict.verdict === 'unscored' ? (verdict.explanation ?? 'the run was not scored') : null,
    calls,
    wallClockMs: wall ? round(wall.endMs - wall.startMs) : null,
    containerActiveMs: drive ? round(drive.activeMs) : null,
    changes: grade?.diff ?? null,
    texts: grade?.texts ?? [],
    tests: grade?.tests ?? null,
  });
  trace.emit({ type: 'scored', scores, unmeasured, tokens_known_subtotal: tokensKnownSubtotal });
  trace.emit({
    type: 'phase_ended',
    phase: 'score',
    ok: true,
    elapsed_ms: round(trace.clock.now() - scoringFromMs),
  });
  trace.emit({
    type: 'run_ended',
    verdict: verdict.verdict,
    stop_reason: stopReason,
    cause: verdict.cause,
    explanation: verdict.explanation,
    advice: verdict.advice,
    banners: verdict.banners,
    exit_code: verdict.exitCode,
    started_at: wall && trace.clock.iso(wall.startMs),
    ended_at: wall && trace.clock.iso(wall.endMs),
    duration_s: wall && round((wall.endMs - wall.startMs) / 1000),
    overhead_ms: grade ? round(overheadMs({ startMs: 0, endMs: trace.clock.now() }, facts.elsewhere)) : null,
    phases: facts.phases,
  });
  return verdict;
}

function stopReasonOf({ drive, fault, interrupted }: RunFacts): StopReason {
  if (interrupted) return 'interrupted';
  if (fault) return 'harness';
  return drive?.stopReason ?? 'not_started';
}

function stopOf(plan: CellPlan, facts: RunFacts, reason: StopReason): RunStop {
  const { drive } = facts;
  return {
    reason,
    fault: faultOf(facts),
    exitCode: drive?.exitCode ?? null,
    signal: drive?.signal ?? null,
    limitHit: drive?.limitHit ?? null,
    spentOn: drive?.spentOn ?? null,
    tui: plan.adapter.id,
    usesTools: plan.adapter.editDialect === 'tools',
    lastWords: drive?.lastWords ?? null,
    timeoutS: plan.timeoutS,
    idleS: plan.idleS,
    budget: plan.budget,
  };
}

function faultOf({ blocked, fault, drive }: RunFacts): RunStop['fault'] {
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
