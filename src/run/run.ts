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

/** How a cell reports and how it is stopped. */
export interface CellIo {
  /** Gets every event, in order, as it happens. */
  emit(event: RunEvent): void;
  /** Aborted: stop the agent, grade what is there, end the run. */
  stop: AbortSignal;
  /** Aborted: drop everything, grade nothing, end the run now. Without an earlier `stop`, its reason is a bug of this program. */
  quit: AbortSignal;
}

/** One run: plan, directories, events and signals. Made once and passed to every phase unchanged. */
export interface Run {
  spec: CellPlan;
  host: Host;
  dirs: RunDirs;
  /** In the environment of all its processes, so that leftover processes can be found. */
  marker: string;
  /** The only way to emit events. */
  trace: Trace;
  /** The fold of its events so far. */
  state: RunState;
  signals: Pick<CellIo, 'stop' | 'quit'>;
  /** Excludes the time of `work` from the overhead: it belongs to agent, endpoint, registry or tests. */
  external<T>(work: Promise<T>): Promise<T>;
  /** The time of this program itself so far, in milliseconds. */
  overheadMs(): number;
  /** Registers `end`, which `close` calls. */
  onClose(end: () => Promise<void>): void;
  close(): Promise<void>;
}

/**
 * Starts the clock, emits the first event and makes the directories.
 *
 * @throws UsageError when the temp directory cannot be used
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
    // The path must not contain the task's id: it names the bug, and the agent sees the path.
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
