import { mkdtemp, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { type BoundDir, mountsBound, type Sandbox } from '../sandbox/sandbox.js';
import { cloneWorkspace } from '../tasks/clone-workspace.js';
import { provideDependencies } from '../tasks/dependencies.js';
import type { Task } from '../tasks/task.js';

/** A tree that no agent has touched. */
export interface GradingCopy {
  /** A directory of its own, for what stands beside the tree. */
  dir: string;
  app: string;
  /** To be mounted in it, read-only. */
  bound: readonly BoundDir[];
}

/** Makes directories below `tempDir`, each with a fresh clone of the pristine task in it. */
export async function copyMaker({
  task,
  git,
  tempDir,
  sandbox,
}: {
  task: Task;
  git?: string;
  tempDir: string;
  sandbox: Sandbox;
}): Promise<(name: string) => Promise<GradingCopy>> {
  const root = await realpath(tempDir);
  const home = await mkdtemp(join(root, 'git-home-'));
  return async (name) => {
    // A name that no code left over from an earlier run could have waited for.
    const dir = await mkdtemp(join(root, `${name}-`));
    const app = join(dir, 'app');
    await cloneWorkspace(task, app, { home, ...(git === undefined ? {} : { git }) });
    const bound = await provideDependencies(app, task, { mounts: mountsBound(sandbox) });
    return { dir, app, bound };
  };
}
