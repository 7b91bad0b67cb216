import type { RunEvent } from '../../../model/events.js';
import type { RunRecord } from '../../../model/record.js';
import type { SweepRecord } from '../../../model/sweep-record.js';
import type { ResultSink } from '../../result.js';

/** A cell of the plan, known by its place. */
export interface CellName {
  tui: string;
  model: string;
  taskId: string;
}

/** What a cell left behind. */
export interface CellKept {
  /** What `show` and `replay` know the run by. */
  ref: string;
  /** The workspace, when it was kept. */
  workspace: string | null;
}

/** Something that shows several cells while they run, and what they came to. */
export interface SweepFace {
  send(cell: number, event: RunEvent): void;
  /** A cell is over. */
  ended(cell: number, record: RunRecord, kept: CellKept): void;
  /** The user asked to stop: say so. */
  interrupted(): void;
  /** Shows the result and lets go of the terminal. */
  finish(sweep: SweepRecord): Promise<void>;
  /** Lets go of the terminal without a result. */
  close(): Promise<void>;
}

export interface SweepFaceOptions extends Omit<ResultSink, 'explain'> {
  cells: readonly CellName[];
  /** Of the progress. */
  colour: boolean;
}

/** What tells the cells apart: the task, and the agent where there are several. */
export function namesOf(cells: readonly CellName[]): string[] {
  const several = new Set(cells.map(({ tui }) => tui)).size > 1;
  return cells.map(({ tui, taskId }) => (several ? `${tui} · ${taskId}` : taskId));
}
