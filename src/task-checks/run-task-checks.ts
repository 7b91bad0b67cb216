import type { Workbench } from '../grading/workbench.js';
import { HarnessError, UsageError } from '../model/errors.js';
import type { Task } from '../tasks/task.js';
import { attempt, confineTask, onWorkspace, type WorkspaceChange } from './attempt.js';
import { listChecks } from './list-checks.js';
import type { Attempts, CheckedTask, TaskCheck, TaskCheckResult } from './task-check.js';

/**
 * Runs all checks of one task: as given, the named tests fail and the others pass; doing nothing fails; the reference
 * solution passes twice with the same result; the cheat is caught; memorised answers fail the hidden cases. A refusal
 * task has checks of its own. A failed check does not stop the others; `onCheck` gets each result as soon as it is known.
 *
 * @throws HarnessError when this machine fails; the signal's reason
 */
export async function runTaskChecks(
  task: Task,
  workbench: Workbench,
  onCheck: (result: TaskCheckResult) => void = () => {},
): Promise<CheckedTask> {
  const confined = await confineTask(task, workbench);
  if ('missing' in confined) {
    return { task_id: task.id, verdict: 'skipped', missing: confined.missing, checks: [] };
  }
  const { confinement } = confined;
  const attempts: Attempts = {
    ...cached((change) => attempt(change, { task, workbench, confinement })),
    pristine: (read) => onWorkspace(task, workbench, ({ workspace }) => read(workspace)),
  };
  const scripts = new Set((await task.openHidden()).keys());
  const results: TaskCheckResult[] = [];
  for (const check of listChecks(task, scripts)) {
    const result = await runCheck(check, attempts);
    results.push(result);
    onCheck(result);
  }
  const valid = results.every(({ status }) => status !== 'failed');
  return { task_id: task.id, verdict: valid ? 'valid' : 'invalid', missing: null, checks: results };
}

/**
 * The same for one task of several: a failure of this machine becomes the verdict `unfinished` with the results so far,
 * because it says nothing about the other tasks.
 *
 * @throws the signal's reason
 */
export async function tryTaskChecks(task: Task, workbench: Workbench): Promise<CheckedTask> {
  const results: TaskCheckResult[] = [];
  try {
    return await runTaskChecks(task, workbench, (result) => results.push(result));
  } catch (error) {
    if (!(error instanceof HarnessError) || workbench.signal?.aborted) throw error;
    return { task_id: task.id, verdict: 'unfinished', missing: error.message, checks: results };
  }
}

async function runCheck(check: TaskCheck, attempts: Attempts): Promise<TaskCheckResult> {
  const { id, title } = check;
  const startMs = performance.now();
  const result = (status: TaskCheckResult['status'], why: string | null): TaskCheckResult => ({
    id,
    title,
    status,
    why,
    elapsed_ms: Math.round(performance.now() - startMs),
  });
  if ('skip' in check) return result('skipped', check.skip);
  try {
    const why = await check.fault(attempts);
    return result(why === null ? 'held' : 'failed', why);
  } catch (error) {
    // A broken script or test of the task is a finding of the check.
    if (!(error instanceof UsageError)) throw error;
    return result('failed', error.message.replace(/\.$/, ''));
  }
}

/** Several checks look at the task as given and at the solved task: each is graded once. */
function cached(fresh: Attempts['fresh']): Omit<Attempts, 'pristine'> {
  const graded = new Map<string, ReturnType<Attempts['fresh']>>();
  const once = (key: string, change: WorkspaceChange | null) => {
    const attempted = graded.get(key) ?? fresh(change);
    graded.set(key, attempted);
    return attempted;
  };
  return {
    given: () => once('given', null),
    solved: () => once('solved', { kind: 'script', name: 'solve.sh' }),
    fresh,
  };
}
