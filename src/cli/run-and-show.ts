import type { Host } from '../host/host.js';
import { shellWord } from '../host/shell-word.js';
import type { RunEvent } from '../model/events.js';
import type { NotStarted, SweepRecord } from '../model/sweep-record.js';
import type { LiveReporter, RunLinks } from '../reporters/reporter.js';
import type { CellEnd } from '../run/run-cell.js';
import { pruneRuns } from '../store/prune-runs.js';
import { openRunStore, type RunStore } from '../store/run-store.js';
import type { PlannedRun } from './cell-plan.js';
import type { KeySource } from './choose-endpoint.js';
import { listenForInterrupt } from './interrupt.js';
import type { CliIo } from './io.js';
import { openReporter } from './open-reporter.js';
import type { CheckFlags } from './options/check.js';
import type { Reporting } from './reporters.js';
import type { FreshRun } from './run-material.js';
import { againCommand, compareCommand, twinCommand } from './suggested-commands.js';

/** All cells of a command line, with everything resolved. */
export interface PlannedSweep {
  sweepId: string;
  /** More than one cell was named. */
  several: boolean;
  demo: boolean;
  flags: CheckFlags;
  key: KeySource;
  runs: readonly PlannedRun[];
  refused: readonly NotStarted[];
}

interface ShowOptions {
  host: Host;
  reporting: Reporting;
  io: CliIo;
}

export interface ShownSweep {
  record: SweepRecord;
  /** The cells that ran. */
  cells: FreshRun[];
  /** Releases the saved runs: this command no longer needs them. */
  release(): void;
}

/** What is known of a cell so far. */
interface CellProgress {
  store: RunStore;
  patch: string | null;
  end: CellEnd | null;
}

/**
 * Runs the cells. Their events go to one store per cell, and to one reporter for all.
 *
 * @throws an error of this program
 */
export async function runAndShow(
  sweep: PlannedSweep,
  { host, reporting, io }: ShowOptions,
): Promise<ShownSweep> {
  const { runs, flags } = sweep;
  let reporter: LiveReporter | null = null;
  const interrupt = listenForInterrupt(() => reporter?.interrupted());
  const cells = new Map<number, CellProgress>();
  const cellAt = (at: number): CellProgress => {
    const existing = cells.get(at);
    if (existing) return existing;
    const store = openRunStore(runs[at]?.runDir ?? '', interrupt.fail);
    const progress: CellProgress = { store, patch: null, end: null };
    cells.set(at, progress);
    return progress;
  };
  const release = () => {
    for (const { store } of cells.values()) store.release();
  };
  try {
    // Opens the first store before anything is shown: if it cannot be saved, none can.
    if (runs.length > 0) cellAt(0);
    const shown = await openReporter({ ...sweep, reporting, io, onInterrupt: interrupt.press });
    reporter = shown;
    // Loaded after the reporter has drawn: the engine is most of this program.
    const { runSweep } = await import('../run/run-sweep.js');
    const plan = { ...sweep, cells: runs.map(({ plan }) => plan), jobs: flags.jobs ?? 1 };
    const record = await runSweep(plan, host, {
      emit(at, event) {
        save(cellAt(at), event);
        shown.send(event, at);
      },
      ended(at, end) {
        const cell = cellAt(at);
        cell.store.finish(end.record);
        cell.end = end;
        shown.ended(end.record, at);
      },
      stop: interrupt.stop,
      quit: interrupt.quit,
    });
    const fault = interrupt.fault();
    if (fault !== null) throw fault;
    if (flags.out === undefined) await pruneRuns(host.runsDir, flags.keepRuns, Date.now());
    const links = await linksOfAll(sweep, cells, host);
    await shown.finish(record, ({ run_id }) => links.get(run_id));
    return { record, cells: freshRuns(runs, cells), release };
  } catch (error) {
    release();
    await reporter?.close();
    throw error;
  } finally {
    interrupt.dispose();
  }
}

function save(cell: CellProgress, event: RunEvent): void {
  if (event.type === 'diff') cell.patch = event.patch;
  cell.store.append(event);
}

/** What each run left behind, by its id. The commands that go on from one run are those of a run alone. */
async function linksOfAll(
  { runs, several, flags, key }: PlannedSweep,
  cells: ReadonlyMap<number, CellProgress>,
  host: Host,
): Promise<Map<string, RunLinks>> {
  const links = new Map<string, RunLinks>();
  for (const [at, { store, end }] of cells) {
    const run = runs[at];
    if (!run || !end) continue;
    const { record, baseUrl } = end;
    const inStore = flags.out === undefined;
    links.set(record.run_id, {
      ...store.savedFiles(),
      workspace: end.keptWorkspace,
      ref: inStore ? record.run_id : shellWord(run.runDir),
      again: several ? null : againCommand(run.plan, flags, { baseUrl, key }),
      twin: several ? null : twinCommand(run.plan, flags, { baseUrl, key }),
      compare: several || !inStore ? null : await compareCommand(record, host.runsDir),
    });
  }
  return links;
}

function freshRuns(runs: readonly PlannedRun[], cells: ReadonlyMap<number, CellProgress>): FreshRun[] {
  return runs.flatMap(({ runDir }, at) => {
    const { end = null, patch = null } = cells.get(at) ?? {};
    return end === null ? [] : [{ record: end.record, patch, dir: runDir }];
  });
}
