import type { ResultSink } from '../../reporter.js';

/** A cell of the plan, known by its place. */
export interface CellName {
  tui: string;
  model: string;
  taskId: string;
}

export interface SweepReporterOptions extends Omit<ResultSink, 'explain'> {
  cells: readonly CellName[];
  /** Of the progress. */
  colour: boolean;
}

/** What tells the cells apart: the task, and the agent where there are several. */
export function namesOf(cells: readonly CellName[]): string[] {
  const several = new Set(cells.map(({ tui }) => tui)).size > 1;
  return cells.map(({ tui, taskId }) => (several ? `${tui} · ${taskId}` : taskId));
}
