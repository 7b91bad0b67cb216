import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workbench } from '../grading/workbench.js';
import { removeTree } from '../host/remove-tree.js';
import { runTaskChecks } from '../task-checks/run-task-checks.js';
import { loadTaskDirectory } from '../tasks/pack.js';
import type { Dependency } from '../tasks/task.js';

/**
 * Runs the task checks on a task directory. Returns the first failed check and why it failed, or null for a valid task.
 * Temporary files are below the temp dir of the workbench.
 *
 * @throws UsageError when it is not a task directory
 * @throws HarnessError when this machine fails
 * @throws the reason of the signal when it aborts
 */
export async function taskFault(
  taskDir: string,
  {
    workbench,
    signal,
    externalDependencies,
  }: { workbench: Workbench; signal: AbortSignal; externalDependencies: readonly Dependency[] },
): Promise<string | null> {
  const tempDir = await mkdtemp(join(workbench.tempDir, 'task-checks-'));
  try {
    const task = await loadTaskDirectory(taskDir, tempDir, { git: workbench.git, externalDependencies });
    const { checks, missing } = await runTaskChecks(task, {
      ...workbench,
      tempDir,
      signal: AbortSignal.any(workbench.signal ? [workbench.signal, signal] : [signal]),
    });
    const failed = checks.find(({ status }) => status === 'failed');
    return failed ? `${failed.title}: ${failed.why}` : missing;
  } finally {
    await removeTree(tempDir);
  }
}
