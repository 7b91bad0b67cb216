import { constants } from 'node:fs';
import { access, cp, lstat, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDir } from '../host/make-dir.js';
import { isInside, type OwnedPath, realPathOf, resolveOwned } from '../host/owned-path.js';
import { UsageError } from '../model/errors.js';
import type { Dependency, Task } from './task.js';

/** Where a task directory keeps them: a Dockerfile copies them from there. */
export const DEPENDENCIES = 'environment/dependencies';

/**
 * The dependencies that a task's manifest names. Those of a task that was made for this run may be lent: they stay
 * where they are.
 *
 * @throws UsageError when one is not there, or leads out of the task
 */
export async function findDependencies(
  taskDir: string,
  paths: readonly string[],
  lent: readonly Dependency[] = [],
): Promise<Dependency[]> {
  const own = join(realPathOf(taskDir) ?? taskDir, DEPENDENCIES);
  return Promise.all(
    paths.map(async (path) => {
      const borrowed = lent.find((dependency) => dependency.path === path);
      if (borrowed !== undefined) return borrowed;
      const from: OwnedPath = { owner: 'task', path: join(own, path), within: own };
      const found = await stat(from.path).catch(() => null);
      if (!found?.isDirectory()) {
        throw badTask(
          `${taskDir} lacks ${DEPENDENCIES}/${path}, which its task.toml names.`,
          'Install the dependencies there, or take the entry out of `dependencies`.',
        );
      }
      await refuseLinksOut(resolveOwned(from), own);
      return { path, from };
    }),
  );
}

/** A link may lead to a program of the machine, as those of a virtual environment do; to nothing else outside. */
async function refuseLinksOut(dir: string, own: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) await refuseLinksOut(path, own);
    if (!entry.isSymbolicLink()) continue;
    const real = realPathOf(path);
    if (real === null || isInside(real, own) || (await isProgram(real))) continue;
    throw badTask(`${path} is a link that leads out of the task, to ${real}.`, 'Put a copy in its place.');
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

/** A directory of elsewhere, and where it stands in a tree. */
export type DependencyMount = OwnedPath & { at: string };

/**
 * Makes room for a task's dependencies in a tree. Returns what a sandbox has to mount there, read-only; where nothing
 * can be mounted they are copied, and nothing is left to do.
 */
export async function provideDependencies(
  tree: string,
  { dependencies }: Pick<Task, 'dependencies'>,
  { mounts }: { mounts: boolean },
): Promise<DependencyMount[]> {
  const placed: DependencyMount[] = [];
  for (const { path, from } of dependencies) {
    await refuseLinkOnTheWay(tree, path);
    const at = join(tree, path);
    const real = resolveOwned(from);
    await makeDir(mounts ? at : dirname(at));
    if (mounts) placed.push({ ...from, at });
    else await cp(real, at, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
  }
  return placed;
}

/** Where the workspace has a link, what is made there would stand elsewhere. */
async function refuseLinkOnTheWay(tree: string, path: string): Promise<void> {
  const parts = path.split('/');
  for (let depth = 1; depth <= parts.length; depth++) {
    const way = parts.slice(0, depth).join('/');
    const found = await lstat(join(tree, way)).catch(() => null);
    if (found?.isSymbolicLink()) {
      throw badTask(
        `The workspace has a link at ${way}, where the dependency ${path} belongs.`,
        'Take the link out of the workspace.',
      );
    }
  }
}

function badTask(message: string, fix: string): UsageError {
  return new UsageError(message, { code: 'usage.bad_task', fix });
}
