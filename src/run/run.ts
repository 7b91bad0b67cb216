import { randomBytes } from 'node:crypto';
import { startClock } from '../host/clock.js';
import type { Host } from '../host/host.js';
import type { RunEvent } from '../model/events.js';
import { type RunState, startFold } from '../model/run-state.js';
import { startOverhead } from './overhead.js';
import type { CellPlan } from './plan.js';
import { makeRunDirs, type RunDirs } from './run-dirs.js';
import { runStarted } from './run-started.js';
import { startTrace, type Trace } from './trace.js';

export interface CellIo {
  /** Gets every event, in order, as it happens. */
  emit(event: RunEvent): void;
  /** Aborted: stop the agent, grade what is there, end the run. */
  stop: AbortSignal;
  /** Aborted: drop everything, grade nothing, end the run now. Without a `stop` before it, the reason is our fault. */
  quit: AbortSignal;
}

/** One run: what it is to do, where, and whom it tells. Made once, and handed to every phase as it is. */
export interface Run {
  spec: CellPlan;
  host: Host;
  dirs: RunDirs;
  /** Stands in the environment of all its processes, so that strays are found. */
  marker: string;
  /** Its one way to tell anything. */
  trace: Trace;
  /** What its events have told so far. */
  state: RunState;
  signals: Pick<CellIo, 'stop' | 'quit'>;
  /** Counts the time of `work` as somebody else's: the agent's, the endpoint's, the registry's or the tests'. */
  external<T>(work: Promise<T>): Promise<T>;
  /** What this program itself has cost so far. */
  overheadMs(): number;
  /** `end` is called when the run is over, whatever it ended by. */
  onClose(end: () => Promise<void>): void;
  close(): Promise<void>;
}

/** Begins a run: its clock starts, its first event is told, and its directories are made.
 *
 * @throws UsageError
 */
export async function openRun(spec: CellPlan, host: Host, { emit, ...signals }: CellIo): Promise<Run> {
  const key = spec.endpoint.kind === 'real' ? spec.endpoint.key : null;
  const fold = startFold();
  const trace = startTrace(startClock(), key, (event) => {
    fold.add(event);
    emit(event);
  });
  trace.emit({ ...runStarted(spec, host), at: trace.clock.iso(0) });
  const marker = `${spec.runId}-${randomBytes(8).toString('hex')}`;
  const closers: Array<() => Promise<void>> = [];
  return {
    spec,
    host,
    // The task's id is not in the path: it names what is wrong, and the agent sees the path.
    dirs: await makeRunDirs(host.tempDir, spec.adapter.id, marker),
    marker,
    trace,
    state: fold.state,
    signals,
    ...startOverhead(trace.clock),
    onClose: (end) => void closers.push(end),
    async close() {
      for (const end of closers) await end();
    },
  };
}
