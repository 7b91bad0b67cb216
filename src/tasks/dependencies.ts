import { constants } from 'node:fs';
import { cp, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors.js';
import { makeDir } from '../make-dir.js';
import type { Dependency, Task } from './task.js';

/** Where a task directory keeps them: a Dockerfile copies them from there. */
export const DEPENDENCIES = 'environment/dependencies';

/** The dependencies of a task directory, as its manifest names them. Errors: UsageError when one is not there. */
export async function findDependencies(taskDir: string, paths: readonly string[]): Promise<Dependency[]> {
  return Promise.all(
    paths.map(async (path) => {
      const from = join(taskDir, DEPENDENCIES, path);
      const found = await stat(from).catch(() => null);
      if (!found?.isDirectory()) {
        throw new UsageError(`${taskDir} lacks ${DEPENDENCIES}/${path}, which its task.toml names.`, {
          code: 'usage.bad_task',
          fix: 'Install the dependencies there, or take the entry out of `dependencies`.',
        });
      }
      return { path, from: await realpath(from) };
    }),
  );
}

/**
 * Makes room for a task's dependencies in a tree. Returns what a sandbox has to mount there, read-only; where nothing
 * can be mounted they are copied, and nothing is left to do.
 */
export async function placeDependencies(
  tree: string,
  { dependencies }: Pick<Task, 'dependencies'>,
  { mounts }: { mounts: boolean },
): Promise<Array<{ from: string; at: string }>> {
  const places = dependencies.map(({ path, from }) => ({ from, at: join(tree, path) }));
  for (const { from, at } of places) {
    if (mounts) await makeDir(at);
    else await cp(from, at, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
  }
  return mounts ? places : [];
}
