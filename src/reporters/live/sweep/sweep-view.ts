import type { RunEvent } from '../../../model/events.js';
import type { RunRecord } from '../../../model/record.js';
import { initialView, reduceView, type ViewState } from '../view-state.js';

/** One cell as it stands. */
export interface CellView {
  view: ViewState;
  /** When its clock began, on the viewer's; null before its turn. */
  beganAtMs: number | null;
  /** When it ended, on the viewer's clock. */
  endedAtMs: number | null;
  /** The last lines that it left behind. */
  lines: readonly string[];
  /** Null until it is over. */
  record: RunRecord | null;
}

export interface SweepView {
  cells: readonly CellView[];
  /** The cell that the user chose to see; null: the newest of those that run. */
  chosen: number | null;
}

/** More lines than any window shows of the open cell. */
const KEPT_LINES = 60;

export const initialSweep = (count: number): SweepView => ({
  cells: Array.from({ length: count }, () => ({
    view: initialView,
    beganAtMs: null,
    endedAtMs: null,
    lines: [],
    record: null,
  })),
  chosen: null,
});

/** The sweep after one more event of a cell, which left `lines` behind. Pure, as all here. */
export function afterEvent(
  sweep: SweepView,
  at: number,
  { event, lines, nowMs }: { event: RunEvent; lines: readonly string[]; nowMs: number },
): SweepView {
  return withCell(sweep, at, (cell) => ({
    ...cell,
    view: reduceView(cell.view, event),
    beganAtMs: event.type === 'run_started' ? nowMs - event.t_ms : cell.beganAtMs,
    lines: lines.length === 0 ? cell.lines : [...cell.lines, ...lines].slice(-KEPT_LINES),
  }));
}

export function afterEnd(sweep: SweepView, at: number, record: RunRecord, nowMs: number): SweepView {
  return withCell(sweep, at, (cell) => ({ ...cell, record, endedAtMs: nowMs }));
}

/** The cell above or below the open one. */
export function step(sweep: SweepView, by: 1 | -1): SweepView {
  return { ...sweep, chosen: Math.min(sweep.cells.length - 1, Math.max(0, openCell(sweep) + by)) };
}

/** Place of the cell that is open: the chosen one, else the one that began last of those that run, else the last that ran. */
export function openCell({ cells, chosen }: SweepView): number {
  if (chosen !== null) return chosen;
  const running = cells.findLastIndex(({ beganAtMs, record }) => beganAtMs !== null && record === null);
  return running >= 0
    ? running
    : Math.max(
        0,
        cells.findLastIndex(({ record }) => record !== null),
      );
}

function withCell(sweep: SweepView, at: number, change: (cell: CellView) => CellView): SweepView {
  return { ...sweep, cells: sweep.cells.map((cell, place) => (place === at ? change(cell) : cell)) };
}
