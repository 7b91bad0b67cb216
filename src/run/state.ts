import type { DriveResult } from '../agents/drive.js';
import type { Snapshot } from '../grading/snapshot.js';
import type { Cause } from '../model/causes.js';
import type { ExitCode } from '../model/errors.js';
import type { Check, Verdict } from '../model/record.js';
import type { BoundDir } from '../sandbox/sandbox.js';
import type { RunResults } from '../scoring/facts.js';
import type { Ready } from './ready.js';

/** What is known of a run so far: each phase adds to it, and the verdict and the scores are read from it. Null: not known. */
export interface RunState extends RunResults {
  ready: Ready | null;
  /** The check that said no: nothing was started. */
  blocked: Check | null;
  prepared: Prepared | null;
  drive: DriveEnd | null;
  /** The agent changed something that counts. */
  changed: boolean;
  /** An error of our own. */
  fault: { message: string; fix: string; exitCode?: ExitCode } | null;
  interrupted: boolean;
  verdict: VerdictResult | null;
}

/** What the run is worth, and why. */
export interface VerdictResult {
  verdict: Verdict;
  cause: Cause | null;
  explanation: string | null;
  advice: string | null;
  banners: string[];
  exitCode: ExitCode;
}

/** How the agent's work ended. */
export interface DriveEnd extends Omit<DriveResult, 'activeMs'> {
  /** The solution's canary stood in a model request: the answer was read. */
  canarySeen: boolean;
  /** The last line on stderr. */
  lastWords: string | null;
  /** With the stop reason `budget`: which limit was spent. */
  spentOn: 'calls' | 'tokens' | null;
}

/** The workspace as the agent is given it. */
export interface Prepared {
  /** On the run's clock: when its preparation began. */
  startMs: number;
  before: Snapshot;
  /** The task's dependencies, to be mounted in the workspace. */
  bound: readonly BoundDir[];
}

export const NOTHING_YET: RunState = {
  ready: null,
  blocked: null,
  prepared: null,
  drive: null,
  calls: [],
  wallClockMs: null,
  containerActiveMs: null,
  changes: null,
  texts: [],
  tests: null,
  changed: false,
  fault: null,
  interrupted: false,
  verdict: null,
};
