import type { Host } from '../host/host.js';
import type { CellPlan } from './plan.js';
import type { RunDirs } from './run-dirs.js';
import type { Trace } from './trace.js';

export interface PreflightOptions {
  trace: Trace;
  plan: CellPlan;
  host: Host;
  dirs: RunDirs;
  marker: string;
  stop: AbortSignal;
  /** Called, when the run is over, to end what preflight started for it. */
  onClose(close: () => Promise<void>): void;
}
