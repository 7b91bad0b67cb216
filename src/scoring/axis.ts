import type { RunEventOf } from '../model/events.js';
import type { CallState, RunState } from '../model/run-state.js';

/** One axis: its published block, and why its number is null when it should not be. */
export interface Axis<Block> {
  block: Block;
  unmeasured: string | null;
}

/** The calls that the agent made; preflight's own are never counted to it. */
export function agentCalls(calls: readonly CallState[]): CallState[] {
  return calls.filter((call) => !call.probe);
}

/** What the agent changed, litter left out. */
export type Changes = Omit<RunEventOf<'changes'>, 't_ms'>;

/** What the axes are computed from, beside the task. */
export interface ScoringState extends Pick<RunState, 'calls' | 'spans' | 'stopped'> {
  changes: Changes | null;
  tests: Omit<RunEventOf<'tests'>, 't_ms'> | null;
}

/** Every changed path, sorted. */
export function changedPaths(changes: Pick<Changes, 'added' | 'removed' | 'modified'> | null): string[] {
  return changes ? [...changes.added, ...changes.removed, ...changes.modified].sort() : [];
}

/** Why an axis that is read from the changes has no number. */
export const NOT_COMPARED = 'The workspace was not compared.';
