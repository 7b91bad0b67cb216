import { ExitCode } from '../model/errors.js';
import { PROVISIONAL, type RunRecord, SCHEMA_VERSION } from '../model/record.js';
import type { NotStarted, SweepRecord } from '../model/sweep-record.js';

export interface SweepResults {
  sweepId: string;
  demo: boolean;
  cells: readonly RunRecord[];
  notStarted: readonly NotStarted[];
  interrupted: boolean;
  /** A preflight found what every further cell would have found too. */
  blocked: boolean;
}

/** What the cells came to together. An unscored cell is counted, and is in no mean. */
export function toSweepRecord({
  sweepId,
  demo,
  cells,
  notStarted,
  interrupted,
  blocked,
}: SweepResults): SweepRecord {
  const count = (verdict: RunRecord['verdict']) => cells.filter((cell) => cell.verdict === verdict).length;
  const counts = {
    passed: count('passed'),
    failed: count('failed'),
    unscored: count('unscored'),
    not_started: notStarted.length,
  };
  const scored = cells.filter(({ verdict }) => verdict !== 'unscored');
  return {
    schema_version: SCHEMA_VERSION,
    provisional: true,
    notice: PROVISIONAL,
    demo,
    sweep_id: sweepId,
    exit_code: exitCodeOf({ counts, cells, interrupted, blocked }),
    counts,
    mean: {
      cells: scored.length,
      composite: mean(scored.map(({ scores }) => scores.composite.composite)),
      measured: mean(scored.map(({ scores }) => scores.measured.composite)),
    },
    cells: [...cells],
    not_started: [...notStarted],
  };
}

function exitCodeOf({
  counts: { failed, unscored, not_started },
  cells,
  interrupted,
  blocked,
}: Pick<SweepRecord, 'counts'> & Pick<SweepResults, 'cells' | 'interrupted' | 'blocked'>): number {
  const [only, ...others] = cells;
  // Of one cell there is nothing to sum up.
  if (only && others.length + not_started === 0) return only.exit_code;
  if (interrupted) return ExitCode.interrupted;
  if (blocked) return ExitCode.preflight;
  const isUsage = ({ exit_code }: RunRecord) => exit_code === ExitCode.usage;
  // Also when there is none: every task was refused.
  if (cells.every(isUsage)) return ExitCode.usage;
  if (failed > 0) return ExitCode.failed;
  return unscored > 0 ? ExitCode.unscored : ExitCode.passed;
}

/** Null without a value, and when one of them was not measured. */
function mean(values: ReadonlyArray<number | null>): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0 || known.length < values.length) return null;
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
