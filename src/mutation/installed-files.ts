import type { Dirent } from 'node:fs';
import { readdir, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { isInside, staysBelow } from '../host/owned-path.js';

/** A file of an installed dependency. */
export interface InstalledFile {
  /** Path in the tree of the repository. */
  path: string;
  /** Path from which it can be read. */
  file: string;
}

/**
 * Returns every file in a directory of dependencies. A relative link that stays in the repository is not followed: in a
 * copy of the repository it points into that copy. npm, pnpm and yarn link the packages of a workspace in this way, and
 * pnpm links all packages in this way. A link that is absolute, or that leaves the repository, points to the original files
 * from every copy: it is followed.
 */
export async function installedFiles(
  { path, from }: { path: string; from: string },
  origin: string,
): Promise<InstalledFile[]> {
  const files: InstalledFile[] = [];
  const top = await realpath(origin).catch(() => origin);
  const followedTargets = new Set<string>();

  const enter = async (path: string, dir: string, isInTree: boolean): Promise<void> => {
    const entries = await readdir(dir, { withFileTypes: true }).catch((): Dirent[] => []);
    await Promise.all(
      entries.map(async (entry) => {
        const [below, file] = [`${path}/${entry.name}`, join(dir, entry.name)];
        if (entry.isDirectory()) await enter(below, file, isInTree);
        else if (entry.isFile()) files.push({ path: below, file });
        else if (entry.isSymbolicLink()) {
          if (!(isInTree && (await staysInTree(below, file, top)))) await follow(below, file);
        }
      }),
    );
  };
  const follow = async (path: string, link: string): Promise<void> => {
    const file = await realpath(link).catch(() => null);
    if (file === null || followedTargets.has(file)) return;
    followedTargets.add(file);
    const target = await stat(file).catch(() => null);
    if (target?.isDirectory()) await enter(path, file, false);
    else if (target?.isFile()) files.push({ path, file });
  };

  await enter(path, from, true);
  return files;
}

/** Whether the target of a link at `path` is in the tree, both as it is written and after all links are resolved. */
async function staysInTree(path: string, link: string, top: string): Promise<boolean> {
  const target = await readlink(link).catch(() => null);
  if (target === null || isAbsolute(target) || !staysBelow(join(dirname(path), target))) return false;
  const real = await realpath(link).catch(() => null);
  return real === null || isInside(real, top);
}
