import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DEFAULT_TASK_ID, openCatalogue } from '../tasks/catalogue.js';
import { loadTaskDirectory } from '../tasks/pack.js';
import type { Task } from '../tasks/task.js';
import type { Paths } from './paths.js';

export interface OpenTask {
  task: Task;
  /** Hold the solution and the hidden tests: the agent must not see them. */
  secretDirs: string[];
  close(): Promise<void>;
}

/** The task of `--task`: a bundled id, or the directory of one. Errors: UsageError. */
export async function openTask(name: string | undefined, paths: Paths): Promise<OpenTask> {
  if (name === undefined || !(await isDirectory(name))) {
    const catalogue = await openCatalogue(paths.tasksDir);
    return { task: await catalogue.find(name ?? DEFAULT_TASK_ID), secretDirs: [], close: async () => {} };
  }
  const packed = await mkdtemp(join(paths.tempDir, 'codingagentbench-task-'));
  const close = () => rm(packed, { recursive: true, force: true });
  try {
    const dir = resolve(name);
    return { task: await loadTaskDirectory(dir, packed), secretDirs: [dir, packed], close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
