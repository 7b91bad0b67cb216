import type { Host } from '../host/host.js';
import { ExitCode } from '../model/errors.js';
import type { RunEvent } from '../model/events.js';
import type { RunRecord } from '../model/record.js';
import type { NotStarted, SweepRecord } from '../model/sweep-record.js';
import type { CellPlan } from './plan.js';
import { type CellEnd, runCell } from './run-cell.js';
import { toSweepRecord } from './to-sweep-record.js';

export interface SweepIo {
  /** Gets every event of every cell; `cell` is its index in the plan. */
  emit(cell: number, event: RunEvent): void;
  /** Called when a cell has ended. */
  ended(cell: number, end: CellEnd): void;
  /** Aborted: running cells are stopped and graded; no other cell starts. */
  stop: AbortSignal;
  /** Aborted: running cells drop everything, as in `CellIo`. */
  quit: AbortSignal;
}

export interface SweepPlan {
  sweepId: string;
  cells: readonly CellPlan[];
  /** Cells whose task cannot run. They are counted; the others run all the same. */
  refused: readonly NotStarted[];
  /** The endpoint is the scripted model. */
  demo: boolean;
  /** How many run at once. */
  jobs: number;
}

const INTERRUPTED = 'You stopped the sweep before its turn.';

/**
 * Runs the cells in their order, `jobs` at once, and returns the record of the sweep. Cells start one by one until the
 * first passes its preflight. If a preflight fails because of endpoint or machine, no other cell starts; because of an
 * agent, no other cell of that agent.
 *
 * @throws a bug of this program in any cell, after the other running cells have ended
 */
export async function runSweep(plan: SweepPlan, host: Host, io: SweepIo): Promise<SweepRecord> {
  const { sweepId, cells, refused, demo, jobs } = plan;
  const records = new Map<number, RunRecord>();
  const notStarted: NotStarted[] = [...refused];
  const failures: SharedFailure[] = [];
  let next = 0;
  let startOthers: () => void = () => {};
  const firstReady = new Promise<void>((resolve) => {
    startOthers = resolve;
  });

  async function runOne(at: number, cell: CellPlan): Promise<void> {
    const emit = (event: RunEvent) => {
      io.emit(at, event);
      // Preflight passed: machine and endpoint are ready.
      if (event.type === 'phase_started' && event.phase === 'prepare') startOthers();
    };
    const end = await runCell(cell, host, { emit, stop: io.stop, quit: io.quit });
    records.set(at, end.record);
    const failure = sharedFailureOf(end.record);
    if (failure) failures.push(failure);
    io.ended(at, end);
  }

  async function worker(): Promise<void> {
    for (let cell = cells[next]; cell !== undefined; cell = cells[next]) {
      const at = next++;
      // A single cell starts even after a stop: its own record reports it.
      const why = cells.length === 1 ? null : reasonToSkip(cell, failures, io.stop);
      if (why === null) await runOne(at, cell);
      else notStarted.push({ tui: cell.adapter.id, model: cell.model, task_id: cell.task.id, why });
    }
  }

  const others = async () => {
    await firstReady;
    await Promise.all(Array.from({ length: Math.min(jobs, cells.length) - 1 }, worker));
  };
  const ends = await Promise.allSettled([worker().finally(startOthers), others()]);
  const broken = ends.find((end) => end.status === 'rejected');
  if (broken) throw broken.reason;
  return toSweepRecord({
    sweepId,
    demo,
    cells: cells.flatMap((_, at) => records.get(at) ?? []),
    notStarted,
    interrupted: io.stop.aborted,
    blocked: failures.some(({ tui }) => tui === null),
  });
}

/** A failed preflight check that would fail for other cells too. */
interface SharedFailure {
  /** The agent whose cells are affected; null: every cell. */
  tui: string | null;
  why: string;
}

/** Null for a missing toolchain, which affects only some tasks, and for anything after preflight. */
function sharedFailureOf({ exit_code, cause, explanation, tui }: RunRecord): SharedFailure | null {
  if (exit_code !== ExitCode.preflight || cause === null) return null;
  const [, check = ''] = cause.split('.');
  if (check === 'toolchain') return null;
  const isOfAgent = check === 'agent' || check === 'install';
  return { tui: isOfAgent ? tui : null, why: `Its preflight would find the same: ${explanation ?? cause}` };
}

function reasonToSkip(cell: CellPlan, failures: readonly SharedFailure[], stop: AbortSignal): string | null {
  if (stop.aborted) return INTERRUPTED;
  const failure = failures.find(({ tui }) => tui === null || tui === cell.adapter.id);
  return failure?.why ?? null;
}
