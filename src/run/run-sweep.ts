import type { Host } from '../host/host.js';
import { ExitCode } from '../model/errors.js';
import type { RunEvent } from '../model/events.js';
import type { RunRecord } from '../model/record.js';
import type { NotStarted, SweepRecord } from '../model/sweep-record.js';
import type { CellPlan } from './plan.js';
import { type CellEnd, runCell } from './run-cell.js';
import { toSweepRecord } from './to-sweep-record.js';

export interface SweepIo {
  /** Gets every event of every cell; `cell` is its place in the plan. */
  emit(cell: number, event: RunEvent): void;
  /** A cell is over. */
  ended(cell: number, end: CellEnd): void;
  /** Aborted: the cells that run are stopped and graded, and no other is begun. */
  stop: AbortSignal;
  /** Aborted: as of one cell. */
  quit: AbortSignal;
}

export interface SweepPlan {
  sweepId: string;
  cells: readonly CellPlan[];
  /** Cells whose task is known to be none that runs: they are counted, and keep no other from its turn. */
  refused: readonly NotStarted[];
  /** The scripted model plays. */
  demo: boolean;
  /** How many run at once. */
  jobs: number;
}

const INTERRUPTED = 'You stopped the sweep before its turn.';

/**
 * Runs the cells in their order, `jobs` at once, and sums them up. Until one has got through its preflight they go one by
 * one; what a preflight finds wrong with the endpoint or the machine ends the sweep, told once. Errors: a fault of this program in any cell,
 * after the others that run have ended.
 */
export async function runSweep(plan: SweepPlan, host: Host, io: SweepIo): Promise<SweepRecord> {
  const { sweepId, cells, refused, demo, jobs } = plan;
  const records = new Map<number, RunRecord>();
  const notStarted: NotStarted[] = [...refused];
  const findings: Finding[] = [];
  let next = 0;
  let letOthersIn: () => void = () => {};
  const oneIsReady = new Promise<void>((resolve) => {
    letOthersIn = resolve;
  });

  async function runOne(at: number, cell: CellPlan): Promise<void> {
    const emit = (event: RunEvent) => {
      io.emit(at, event);
      // Its preflight found the machine and the endpoint ready.
      if (event.type === 'phase_started' && event.phase === 'prepare') letOthersIn();
    };
    const end = await runCell(cell, host, { emit, stop: io.stop, quit: io.quit });
    records.set(at, end.record);
    const finding = findingOf(end.record);
    if (finding) findings.push(finding);
    io.ended(at, end);
  }

  async function worker(): Promise<void> {
    for (let cell = cells[next]; cell !== undefined; cell = cells[next]) {
      const at = next++;
      // One alone tells in its own record that it was stopped.
      const why = cells.length === 1 ? null : whyNot(cell, findings, io.stop);
      if (why === null) await runOne(at, cell);
      else notStarted.push({ tui: cell.adapter.id, model: cell.model, task_id: cell.task.id, why });
    }
  }

  const others = async () => {
    await oneIsReady;
    await Promise.all(Array.from({ length: Math.min(jobs, cells.length) - 1 }, worker));
  };
  const ends = await Promise.allSettled([worker().finally(letOthersIn), others()]);
  const broken = ends.find((end) => end.status === 'rejected');
  if (broken) throw broken.reason;
  return toSweepRecord({
    sweepId,
    demo,
    cells: cells.flatMap((_, at) => records.get(at) ?? []),
    notStarted,
    interrupted: io.stop.aborted,
    blocked: findings.some(({ tui }) => tui === null),
  });
}

/** What a preflight found that concerns more cells than its own. */
interface Finding {
  /** The agent whose cells it concerns; null: every cell. */
  tui: string | null;
  why: string;
}

/** A toolchain that is missing is the affair of the tasks that need it, and so is what went wrong after a preflight. */
function findingOf({ exit_code, cause, explanation, tui }: RunRecord): Finding | null {
  if (exit_code !== ExitCode.preflight || cause === null) return null;
  const [, check = ''] = cause.split('.');
  if (check === 'toolchain') return null;
  const ofAgent = check === 'agent' || check === 'install';
  return { tui: ofAgent ? tui : null, why: `Its preflight would find the same: ${explanation ?? cause}` };
}

function whyNot(cell: CellPlan, findings: readonly Finding[], stop: AbortSignal): string | null {
  if (stop.aborted) return INTERRUPTED;
  const found = findings.find(({ tui }) => tui === null || tui === cell.adapter.id);
  return found?.why ?? null;
}
