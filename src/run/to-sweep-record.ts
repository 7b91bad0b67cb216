import { ExitCode } from '../model/errors.js';
import { PROVISIONAL, type RunRecord, SCHEMA_VERSION } from '../model/record.js';
import type { NotStarted, SweepRecord } from '../model/sweep-record.js';

/** The results of a sweep that has ended. */
export interface SweepResults {
  sweepId: string;
  demo: boolean;
  cells: readonly RunRecord[];
  notStarted: readonly NotStarted[];
  interrupted: boolean;
  /** A preflight failed in a way that affects every cell. */
  blocked: boolean;
}

/** The record of a sweep: counts, means and exit code. An unscored cell is counted, but is in no mean. */
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
  // A single cell has its own exit code.
  if (only && others.length + not_started === 0) return only.exit_code;
  if (interrupted) return ExitCode.interrupted;
  if (blocked) return ExitCode.preflight;
  const isUsage = ({ exit_code }: RunRecord) => exit_code === ExitCode.usage;
  // Also true without any cell: every task was refused.
  if (cells.every(isUsage)) return ExitCode.usage;
  if (failed > 0) return ExitCode.failed;
  return unscored > 0 ? ExitCode.unscored : ExitCode.passed;
}

/** Null without values, and when one of them was not measured. */
function mean(values: ReadonlyArray<number | null>): number | null {
  const measured = values.filter((value) => value !== null);
  if (measured.length === 0 || measured.length < values.length) return null;
  return measured.reduce((sum, value) => sum + value, 0) / measured.length;
}
