import { constants } from 'node:fs';
import { access, cp, lstat, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDir } from '../host/make-dir.js';
import { isInside, type OwnedPath, realPathOf, resolveOwned } from '../host/owned-path.js';
import { UsageError } from '../model/errors.js';
import type { Dependency, Task } from './task.js';

/** Directory of the dependencies in a task directory. A Dockerfile can copy them from there. */
export const DEPENDENCIES = 'environment/dependencies';

/**
 * Finds the dependencies that a task's manifest names.
 *
 * @param externalDependencies dependencies outside of the task directory, used in place; for a task generated for this run
 * @throws UsageError `usage.bad_task` when one is missing or leads out of the task
 */
export async function findDependencies(
  taskDir: string,
  paths: readonly string[],
  externalDependencies: readonly Dependency[] = [],
): Promise<Dependency[]> {
  const own = join(realPathOf(taskDir) ?? taskDir, DEPENDENCIES);
  return Promise.all(
    paths.map(async (path) => {
      const external = externalDependencies.find((dependency) => dependency.path === path);
      if (external !== undefined) return external;
      const from: OwnedPath = { owner: 'task', path: join(own, path), within: own };
      const stats = await stat(from.path).catch(() => null);
      if (!stats?.isDirectory()) {
        throw badTask(
          `${taskDir} lacks ${DEPENDENCIES}/${path}, which its task.toml names.`,
          'Install the dependencies there, or remove the entry from `dependencies`.',
        );
      }
      await refuseLinksOut(resolveOwned(from), own);
      return { path, from };
    }),
  );
}

/** A link may lead out of the task only to a program, as in a virtual environment. */
async function refuseLinksOut(dir: string, own: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) await refuseLinksOut(path, own);
    if (!entry.isSymbolicLink()) continue;
    const real = realPathOf(path);
    if (real === null || isInside(real, own) || (await isProgram(real))) continue;
    throw badTask(`${path} is a link that leads out of the task, to ${real}.`, 'Replace it with a copy.');
  }
}

async function isProgram(path: string): Promise<boolean> {
  return (
    (await lstat(path)).isFile() &&
    (await access(path, constants.X_OK).then(
      () => true,
      () => false,
    ))
  );
}

/** A dependency with the path where a sandbox must mount it. */
export type DependencyMount = OwnedPath & { at: string };

/**
 * Provides a task's dependencies in a tree. If the sandbox can mount, creates the mount points and returns the
 * read-only mounts. Otherwise copies the dependencies and returns an empty list.
 *
 * @throws UsageError `usage.bad_task` when a dependency or its mount point is behind a link
 */
export async function provideDependencies(
  tree: string,
  { dependencies }: Pick<Task, 'dependencies'>,
  { mounts }: { mounts: boolean },
): Promise<DependencyMount[]> {
  const result: DependencyMount[] = [];
  for (const { path, from } of dependencies) {
    await refuseLinkInPath(tree, path);
    const at = join(tree, path);
    const real = resolveOwned(from);
    await makeDir(mounts ? at : dirname(at));
    if (mounts) result.push({ ...from, at });
    else await cp(real, at, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
  }
  return result;
}

/** Behind a link of the workspace, the dependency would be created outside of the tree. */
async function refuseLinkInPath(tree: string, path: string): Promise<void> {
  const parts = path.split('/');
  for (let depth = 1; depth <= parts.length; depth++) {
    const prefix = parts.slice(0, depth).join('/');
    const stats = await lstat(join(tree, prefix)).catch(() => null);
    if (stats?.isSymbolicLink()) {
      throw badTask(
        `The workspace has a link at ${prefix}, on the path of the dependency ${path}.`,
        'Remove the link from the workspace.',
      );
    }
  }
}

function badTask(message: string, fix: string): UsageError {
  return new UsageError(message, { code: 'usage.bad_task', fix });
}
