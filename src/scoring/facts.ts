import type { ChangedText, TreeChanges } from '../model/changes.js';
import type { ModelCall } from '../model/model-call.js';
import type { TaskManifest } from '../tasks/manifest.js';

/** What the run of the visible tests says, and whether all checks together passed. */
export interface TestFacts {
  passed: boolean;
  /** What a test script of Harbor's wrote; undefined elsewhere. */
  reward?: number | null;
  /** Of the verify command; null when it was killed. */
  exitCode: number | null;
  timedOut: boolean;
  stdoutTail: string;
  stderrTail: string;
}

/** What a run leaves behind to be judged by. Null: it was not measured. */
export interface RunResults {
  /** All calls of the run, probes included; probes are left out here. */
  calls: readonly ModelCall[];
  /** Prepare + agent + cleanup. */
  wallClockMs: number | null;
  /** The agent's own process. */
  containerActiveMs: number | null;
  changes: TreeChanges | null;
  texts: readonly ChangedText[];
  tests: TestFacts | null;
}

/** Everything the axes are computed from. */
export interface CellFacts extends RunResults {
  taskId: string;
  manifest: TaskManifest;
  /** One sentence when the run says nothing about the model (infrastructure, interruption); null for a scored run. */
  unscored: string | null;
}

/** One axis: its published block, and why its number is null when it should not be. */
export interface Axis<Block> {
  block: Block;
  unmeasured: string | null;
}

/** The calls that the agent made; preflight's own are never counted to it. */
export function agentCalls(calls: readonly ModelCall[]): ModelCall[] {
  return calls.filter((call) => !call.probe);
}

/** Every changed path, sorted. */
export function changedPaths(changes: TreeChanges | null): string[] {
  return changes ? [...changes.added, ...changes.removed, ...changes.modified].sort() : [];
}
