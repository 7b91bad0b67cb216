import type { RunEvent } from '../../../model/events.js';
import type { RunRecord } from '../../../model/record.js';
import { initialView, reduceView, type ViewState } from '../view-state.js';

/** The current state of one cell. */
export interface CellView {
  view: ViewState;
  /** Start of the run's clock on the reporter's clock; null before the cell starts. */
  startedAtMs: number | null;
  /** On the reporter's clock. */
  endedAtMs: number | null;
  /** The last permanent lines. */
  lines: readonly string[];
  /** Null until the cell ends. */
  record: RunRecord | null;
}

export interface SweepView {
  cells: readonly CellView[];
  /** Index of the cell that the user selected; null follows the latest running cell. */
  selected: number | null;
}

/** More lines than any window shows of the focused cell. */
const MAX_LINES = 60;

export const initialSweep = (count: number): SweepView => ({
  cells: Array.from({ length: count }, () => ({
    view: initialView,
    startedAtMs: null,
    endedAtMs: null,
    lines: [],
    record: null,
  })),
  selected: null,
});

/** Returns the sweep after one more event of the cell at `index`; `lines` are the permanent lines of the event. */
export function afterEvent(
  sweep: SweepView,
  index: number,
  { event, lines, nowMs }: { event: RunEvent; lines: readonly string[]; nowMs: number },
): SweepView {
  return updateCell(sweep, index, (cell) => ({
    ...cell,
    view: reduceView(cell.view, event),
    startedAtMs: event.type === 'run_started' ? nowMs - event.t_ms : cell.startedAtMs,
    lines: lines.length === 0 ? cell.lines : [...cell.lines, ...lines].slice(-MAX_LINES),
  }));
}

export function afterEnd(sweep: SweepView, index: number, record: RunRecord, nowMs: number): SweepView {
  return updateCell(sweep, index, (cell) => ({ ...cell, record, endedAtMs: nowMs }));
}

/** Selects the cell below (1) or above (-1) the focused one. */
export function selectNext(sweep: SweepView, by: 1 | -1): SweepView {
  return { ...sweep, selected: Math.min(sweep.cells.length - 1, Math.max(0, focusedCell(sweep) + by)) };
}

/** Index of the cell to show: the selected one, or else the last running one, or else the last that ended. */
export function focusedCell({ cells, selected }: SweepView): number {
  if (selected !== null) return selected;
  const running = cells.findLastIndex(({ startedAtMs, record }) => startedAtMs !== null && record === null);
  if (running >= 0) return running;
  return Math.max(
    0,
    cells.findLastIndex(({ record }) => record !== null),
  );
}

function updateCell(sweep: SweepView, index: number, change: (cell: CellView) => CellView): SweepView {
  return { ...sweep, cells: sweep.cells.map((cell, i) => (i === index ? change(cell) : cell)) };
}
