import { mkdtemp, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { type BoundDir, mountsBound, type Sandbox } from '../sandbox/sandbox.js';
import { cloneWorkspace } from '../tasks/clone-workspace.js';
import { provideDependencies } from '../tasks/dependencies.js';
import type { Task } from '../tasks/task.js';

/** A copy of a task's workspace that no agent has touched. */
export interface GradingCopy {
  /** The directory of this copy, for the tree and the files beside it. */
  dir: string;
  /** The tree. */
  workspace: string;
  /** Directories to mount into the tree, read-only. */
  bound: readonly BoundDir[];
}

/** Returns a function that makes a directory below `tempDir` with a fresh clone of the pristine task. */
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
    // The name is random: code left over from an earlier run cannot wait for it.
    const dir = await mkdtemp(join(root, `${name}-`));
    const workspace = join(dir, 'app');
    await cloneWorkspace(task, workspace, { home, ...(git === undefined ? {} : { git }) });
    const bound = await provideDependencies(workspace, task, { mounts: mountsBound(sandbox) });
    return { dir, workspace, bound };
  };
}
