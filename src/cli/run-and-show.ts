import type { Host } from '../host/host.js';
import { shellWord } from '../host/shell-word.js';
import type { RunEvent } from '../model/events.js';
import type { NotStarted, SweepRecord } from '../model/sweep-record.js';
import type { LiveReporter } from '../reporters/live/live-reporter.js';
import type { Kept } from '../reporters/result.js';
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

/** All cells of a command line, everything resolved. */
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

interface Surroundings {
  host: Host;
  reporting: Reporting;
  io: CliIo;
}

export interface ShownSweep {
  record: SweepRecord;
  /** Those that ran, as this process knows them. */
  cells: FreshRun[];
  /** This command needs the saved runs no longer. */
  release(): void;
}

/** A cell as far as it has come. */
interface Seen {
  store: RunStore;
  patch: string | null;
  end: CellEnd | null;
}

/** Runs the cells with their consumers on the event streams: a store each, and the reporter of all. */
export async function runAndShow(
  sweep: PlannedSweep,
  { host, reporting, io }: Surroundings,
): Promise<ShownSweep> {
  const { runs, flags } = sweep;
  let reporter: LiveReporter | null = null;
  const interrupt = listenForInterrupt(() => reporter?.interrupted());
  const cells = new Map<number, Seen>();
  const cellAt = (at: number): Seen => {
    const known = cells.get(at);
    if (known) return known;
    const store = openRunStore(runs[at]?.runDir ?? '', interrupt.fail);
    const seen: Seen = { store, patch: null, end: null };
    cells.set(at, seen);
    return seen;
  };
  const release = () => {
    for (const { store } of cells.values()) store.release();
  };
  try {
    // Before anything is shown: where the first cannot be saved, none can.
    if (runs.length > 0) cellAt(0);
    const shown = await openReporter({ ...sweep, reporting, io, onInterrupt: interrupt.press });
    reporter = shown;
    // After the reporter, which has something to show by then: the engine is most of this program.
    const { runSweep } = await import('../run/run-sweep.js');
    const plan = { ...sweep, cells: runs.map(({ plan }) => plan), jobs: flags.jobs ?? 1 };
    const record = await runSweep(plan, host, {
      emit(at, event) {
        look(cellAt(at), event);
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
    const kept = await keptOfAll(sweep, cells, host);
    await shown.finish(record, ({ run_id }) => kept.get(run_id));
    return { record, cells: freshRuns(runs, cells), release };
  } catch (error) {
    release();
    await reporter?.close();
    throw error;
  } finally {
    interrupt.dispose();
  }
}

function look(cell: Seen, event: RunEvent): void {
  if (event.type === 'diff') cell.patch = event.patch;
  cell.store.append(event);
}

/** What each run left behind, by its id. The commands that go on from one run are those of a run alone. */
async function keptOfAll(
  { runs, several, flags, key }: PlannedSweep,
  cells: ReadonlyMap<number, Seen>,
  host: Host,
): Promise<Map<string, Kept>> {
  const kept = new Map<string, Kept>();
  for (const [at, { store, end }] of cells) {
    const run = runs[at];
    if (!run || !end) continue;
    const { record, baseUrl } = end;
    const inStore = flags.out === undefined;
    kept.set(record.run_id, {
      ...store.kept(),
      workspace: end.keptWorkdir,
      ref: inStore ? record.run_id : shellWord(run.runDir),
      again: several ? null : againCommand(run.plan, flags, { baseUrl, key }),
      twin: several ? null : twinCommand(run.plan, flags, { baseUrl, key }),
      compare: several || !inStore ? null : await compareCommand(record, host.runsDir),
    });
  }
  return kept;
}

function freshRuns(runs: readonly PlannedRun[], cells: ReadonlyMap<number, Seen>): FreshRun[] {
  return runs.flatMap(({ runDir }, at) => {
    const { end = null, patch = null } = cells.get(at) ?? {};
    return end === null ? [] : [{ record: end.record, patch, dir: runDir }];
  });
}
