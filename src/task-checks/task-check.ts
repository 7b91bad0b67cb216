import type { Attempt, WorkspaceChange } from './attempt.js';

/** What a check may look at. */
export interface Attempts {
  /** The task as given: also the result of doing nothing. Graded once. */
  given(): Promise<Attempt>;
  /** The task with its reference solution. Graded once. */
  solved(): Promise<Attempt>;
  /** A new attempt, graded at each call. */
  fresh(change: WorkspaceChange | null): Promise<Attempt>;
  /** Reads from an unchanged workspace. */
  pristine<T>(read: (workspace: string) => Promise<T>): Promise<T>;
}

/** One thing that must be true of a task before a score on it means anything. */
export type TaskCheck = {
  id: string;
  /** A statement that must hold. */
  title: string;
} & (
  | { skip: string }
  /** Returns what is wrong with the task, or null. */
  | { fault(attempts: Attempts): Promise<string | null> }
);

export interface TaskCheckResult {
  id: string;
  title: string;
  status: 'held' | 'failed' | 'skipped';
  /** One sentence: why it failed, or why it does not apply. */
  why: string | null;
  elapsed_ms: number;
}

/** A task with the results of its checks. */
export interface CheckedTask {
  task_id: string;
  /** `skipped`: a toolchain is missing here. `unfinished`: this machine failed before the last check. */
  verdict: 'valid' | 'invalid' | 'skipped' | 'unfinished';
  /** What is missing or went wrong; null when all checks were tried. */
  missing: string | null;
  /** In the order in which they ran. */
  checks: TaskCheckResult[];
}
