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
import { keepWorkspace, removeRunDirs } from './run-dirs.js';
import { score } from './score.js';
import type { UntimedEvent } from './trace.js';

/** The result of running a cell. */
export interface CellEnd {
  record: RunRecord;
  /** Where the endpoint's API was found; null when it was not found, and for the demo. */
  baseUrl: string | null;
  /** The workspace, when it was kept. */
  keptWorkspace: string | null;
}

/** The phases in order. A phase is skipped when an earlier phase that it needs has failed. Every run is scored at the end. */
const PHASES: readonly Phase[] = [preflight, prepare, drive, cleanup, grade];

/**
 * Runs one cell from preflight to score. Emits everything as events, the verdict last. No process of the run is alive
 * when it returns.
 *
 * @throws the error of a bug in this program, after an event has reported it
 */
export async function runCell(spec: CellPlan, host: Host, io: CellIo): Promise<CellEnd> {
  const run = await openRun(spec, host, io);
  const { stop, quit } = run.signals;
  let handles = NO_HANDLES;
  let bug: unknown = null;

  const work = async () => {
    for (const phase of PHASES) {
      // There is nothing to grade before an agent has started.
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
    // After the user's stop, errors are expected.
    if (!(error instanceof CabError) && !stop.aborted) bug = error;
    if (error instanceof CabError || bug !== null) run.trace.emit(faultOf(error));
  }
  await run.close();

  if (stop.aborted) run.trace.emit({ type: 'interrupted' });
  await runPhase(run, score, handles);
  run.trace.end();
  const keptWorkspace = await removeOrKeep(run);
  if (bug !== null) throw bug;
  const baseUrl = spec.endpoint.kind === 'real' ? (handles.ready?.upstream.baseUrl ?? null) : null;
  return { record: toRecord(run.state), keptWorkspace, baseUrl };
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

/** Removes the run's directories. Keeps a failed workspace that has changes; returns its path, or null. */
async function removeOrKeep({ spec, dirs, state }: Run): Promise<string | null> {
  const changed = (state.diff?.patch ?? '') !== '';
  const keep = state.stopped !== null && (spec.keep || (state.ended?.verdict !== 'passed' && changed));
  if (keep) return keepWorkspace(dirs);
  // A failed removal must not lose the record: the directory is reported as kept.
  return removeRunDirs(dirs).then(
    () => null,
    () => dirs.root,
  );
}
