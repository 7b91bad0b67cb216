import type { Host } from '../host/host.js';
import { CabError } from '../model/errors.js';
import type { RunRecord } from '../model/record.js';
import { toRecord } from '../model/to-record.js';
import { killLeftovers } from '../sandbox/processes/family.js';
import { drive } from './drive.js';
import { grade } from './grade.js';
import { NO_HANDLES } from './handles.js';
import { type Phase, runPhase } from './phase.js';
import type { CellPlan } from './plan.js';
import { preflight } from './preflight.js';
import { cleanup, prepare } from './prepare.js';
import { type CellIo, openRun, type Run } from './run.js';
import { keepWorkdir, removeRunDirs } from './run-dirs.js';
import { score } from './score.js';
import type { UntimedEvent } from './trace.js';

export interface CellEnd {
  record: RunRecord;
  /** Where the endpoint's API was found; null when it was not, or is the demo's. */
  baseUrl: string | null;
  /** The workspace, when it was kept. */
  keptWorkdir: string | null;
}

/** In this order, each as far as those before it came. Then the score, which every run has. */
const PHASES: readonly Phase[] = [preflight, prepare, drive, cleanup, grade];

/**
 * Runs one cell from preflight to score. All it finds goes out as events, the verdict last; it fails only on a fault
 * of this program, and then after the events have told of it. Nothing of the run is alive when it returns.
 */
export async function runCell(spec: CellPlan, host: Host, io: CellIo): Promise<CellEnd> {
  const run = await openRun(spec, host, io);
  const { stop, quit } = run.signals;
  let handles = NO_HANDLES;
  let bug: unknown = null;

  const work = async () => {
    for (const phase of PHASES) {
      // Before an agent has started, there is nothing to grade.
      if (quit.aborted || (stop.aborted && phase === prepare)) return;
      handles = await runPhase(run, phase, handles);
    }
  };
  try {
    await Promise.race([work(), untilAborted(quit)]);
    if (quit.aborted) {
      await killLeftovers(run.marker);
      if (!stop.aborted) throw quit.reason;
    }
  } catch (error) {
    // What fails while a user's stop ends it is no fault.
    if (!(error instanceof CabError) && !stop.aborted) bug = error;
    if (error instanceof CabError || bug !== null) run.trace.emit(faultOf(error));
  }
  await run.close();

  if (stop.aborted) run.trace.emit({ type: 'interrupted' });
  await runPhase(run, score, handles);
  run.trace.end();
  const keptWorkdir = await tidyUp(run);
  if (bug !== null) throw bug;
  const baseUrl = spec.endpoint.kind === 'real' ? (handles.ready?.upstream.baseUrl ?? null) : null;
  return { record: toRecord(run.state), keptWorkdir, baseUrl };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function faultOf(error: unknown): UntimedEvent {
  if (error instanceof CabError) {
    const { message, fix, exitCode } = error;
    return { type: 'fault', message, fix, exit_code: exitCode };
  }
  return {
    type: 'fault',
    message: `This program failed: ${String(error)}`,
    fix: 'Please report it with its events.jsonl.',
    exit_code: null,
  };
}

/** Removes what the run made, but for a workspace that is worth a look. */
async function tidyUp({ spec, dirs, state }: Run): Promise<string | null> {
  const changed = (state.diff?.patch ?? '') !== '';
  const keep = state.stopped !== null && (spec.keep || (state.ended?.verdict !== 'passed' && changed));
  if (keep) return keepWorkdir(dirs);
  // What cannot be removed is named; the run's record is worth more.
  return removeRunDirs(dirs).then(
    () => null,
    () => dirs.root,
  );
}
