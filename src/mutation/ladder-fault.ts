import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { climbLadder } from '../task-checks/climb.js';
import { loadTaskDirectory } from '../tasks/pack.js';
import type { Dependency } from '../tasks/task.js';
import type { MutationHost } from './bench.js';

/**
 * Climbs the ladder for a task directory, below `workDir`. Returns the rung that does not hold and why, or null for a
 * valid task.
 *
 * @throws UsageError when it is no task directory; HarnessError when this machine fails; the signal's reason
 */
export async function ladderFault(
  taskDir: string,
  {
    workDir,
    host,
    signal,
    lent,
  }: { workDir: string; host: MutationHost; signal: AbortSignal; lent: readonly Dependency[] },
): Promise<string | null> {
  const tempDir = await mkdtemp(join(workDir, 'ladder-'));
  try {
    const { sandbox, git, cacheDir, masked } = host;
    const task = await loadTaskDirectory(taskDir, tempDir, { git, lent });
    const { rungs, missing } = await climbLadder(task, {
      ...{ sandbox, git, tempDir, cacheDir, masked, host },
      signal: AbortSignal.any([host.signal, signal]),
    });
    const failed = rungs.find(({ status }) => status === 'failed');
    return failed ? `${failed.title}: ${failed.why}` : missing;
  } finally {
    await rm(tempDir, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  }
}
