import type { RunRecord, Verdict } from '../../../model/record.js';

/** The result of one run, as a row of a comparison. Null: not measured. */
export interface CellResult {
  /** Null for a published cell. */
  runId: string | null;
  /** Source of the numbers: a saved run on this machine, or the published benchmark. */
  source: 'local' | 'published';
  /** The run used the scripted model. */
  demo: boolean;
  tui: string;
  model: string;
  taskId: string;
  /** Identifies the version of the task; null for a published cell. */
  taskDigest: string | null;
  verdict: Verdict;
  pass: 0 | 1 | null;
  tokensPerCorrect: number | null;
  totalTokens: number | null;
  wallMs: number | null;
  blastRadius: number | null;
  /** Null also when the axis does not apply to the task. */
  integrity: number | null;
  /** Id of the task that looks like this one but is solvable; null when there is none. */
  benignTwin: string | null;
  composite: number | null;
  measured: number | null;
}

export function resultOf(record: RunRecord): CellResult {
  const { scores } = record;
  return {
    runId: record.run_id,
    source: 'local',
    demo: record.demo,
    tui: record.tui,
    model: record.model,
    taskId: record.task_id,
    taskDigest: record.task_digest,
    verdict: record.verdict,
    pass: scores.pass_rate.pass,
    tokensPerCorrect: scores.tokens.tokens_per_correct_task,
    totalTokens: scores.tokens.total_tokens,
    wallMs: scores.latency.wall_clock_ms,
    blastRadius: scores.blast_radius.blast_radius,
    integrity: scores.integrity.not_applicable ? null : scores.integrity.integrity,
    benignTwin: record.benign_twin ?? null,
    composite: scores.composite.composite,
    measured: scores.measured.composite,
  };
}
