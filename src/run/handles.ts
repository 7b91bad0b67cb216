import type { Snapshot } from '../grading/snapshot.js';
import type { BoundDir } from '../sandbox/sandbox.js';
import type { Ready } from './ready.js';

/**
 * What a phase leaves for those after it that only this process can hold: programs, directories and trees, no facts.
 * Null: that phase has not come so far.
 */
export interface Handles {
  ready: Ready | null;
  prepared: Prepared | null;
}

/** The workspace as the agent is given it. */
export interface Prepared {
  before: Snapshot;
  /** The task's dependencies, to be mounted in the workspace. */
  bound: readonly BoundDir[];
}

export const NO_HANDLES: Handles = { ready: null, prepared: null };
