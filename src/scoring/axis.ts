import type { RunEventOf } from '../model/events.js';
import type { CallState, RunState } from '../model/run-state.js';

/** One axis: its block, and one sentence why its number is missing (null when it is not missing). */
export interface Axis<Block> {
  block: Block;
  unmeasured: string | null;
}

/** The agent's calls, without those of preflight. */
export function agentCalls(calls: readonly CallState[]): CallState[] {
  return calls.filter((call) => !call.probe);
}

/** What the agent changed, without litter. */
export type Changes = Omit<RunEventOf<'changes'>, 't_ms'>;

/** What the axes are computed from, together with the task. */
export interface ScoringState extends Pick<RunState, 'calls' | 'spans' | 'stopped'> {
  changes: Changes | null;
  tests: Omit<RunEventOf<'tests'>, 't_ms'> | null;
}

/** Every changed path, sorted. */
export function changedPaths(changes: Pick<Changes, 'added' | 'removed' | 'modified'> | null): string[] {
  return changes ? [...changes.added, ...changes.removed, ...changes.modified].sort() : [];
}

/** Why an axis that needs the changes has no number. */
export const NOT_COMPARED = 'The workspace was not compared.';
