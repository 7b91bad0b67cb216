import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workbench } from '../grading/workbench.js';
import { runTaskChecks } from '../task-checks/run-task-checks.js';
import { loadTaskDirectory } from '../tasks/pack.js';
import type { Dependency } from '../tasks/task.js';

/**
 * Climbs the ladder for a task directory, below the workbench's temp dir. Returns the rung that does not hold and why, or null for a
 * valid task.
 *
 * @throws UsageError when it is no task directory; HarnessError when this machine fails; the signal's reason
 */
export async function ladderFault(
  taskDir: string,
  { workbench, signal, lent }: { workbench: Workbench; signal: AbortSignal; lent: readonly Dependency[] },
): Promise<string | null> {
  const tempDir = await mkdtemp(join(workbench.tempDir, 'ladder-'));
  try {
    const task = await loadTaskDirectory(taskDir, tempDir, { git: workbench.git, lent });
    const { rungs, missing } = await runTaskChecks(task, {
      ...workbench,
      tempDir,
      signal: AbortSignal.any(workbench.signal ? [workbench.signal, signal] : [signal]),
    });
    const failed = rungs.find(({ status }) => status === 'failed');
    return failed ? `${failed.title}: ${failed.why}` : missing;
  } finally {
    await rm(tempDir, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  }
}
