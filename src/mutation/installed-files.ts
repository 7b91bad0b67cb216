import type { Dirent } from 'node:fs';
import { readdir, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { isInside, staysBelow } from '../host/owned-path.js';

/** A file that a dependency brings along. */
export interface InstalledFile {
  /** Where it is in the tree. */
  path: string;
  /** Where it can be read. */
  file: string;
}

/**
 * Every file in a directory of dependencies. A relative link that stays in the repository is not followed: in a copy of
 * the repository it leads into that copy. That is how npm, pnpm and yarn link the packages of a workspace, and how pnpm
 * links everything else. An absolute link leads to the same place from every copy, and so does one that leads out: what
 * is there is a file of its own.
 */
export async function installedFiles(
  { path, from }: { path: string; from: string },
  origin: string,
): Promise<InstalledFile[]> {
  const found: InstalledFile[] = [];
  const top = await realpath(origin).catch(() => origin);
  const followed = new Set<string>();

  const enter = async (path: string, dir: string, isInTree: boolean): Promise<void> => {
    const entries = await readdir(dir, { withFileTypes: true }).catch((): Dirent[] => []);
    await Promise.all(
      entries.map(async (entry) => {
        const [below, file] = [`${path}/${entry.name}`, join(dir, entry.name)];
        if (entry.isDirectory()) await enter(below, file, isInTree);
        else if (entry.isFile()) found.push({ path: below, file });
        else if (entry.isSymbolicLink()) {
          if (!(isInTree && (await staysInTree(below, file, top)))) await follow(below, file);
        }
      }),
    );
  };
  const follow = async (path: string, link: string): Promise<void> => {
    const file = await realpath(link).catch(() => null);
    if (file === null || followed.has(file)) return;
    followed.add(file);
    const target = await stat(file).catch(() => null);
    if (target?.isDirectory()) await enter(path, file, false);
    else if (target?.isFile()) found.push({ path, file });
  };

  await enter(path, from, true);
  return found;
}

/** Whether a link at `path` of the tree leads to a place in the tree, and takes no way round through another one. */
async function staysInTree(path: string, link: string, top: string): Promise<boolean> {
  const target = await readlink(link).catch(() => null);
  if (target === null || isAbsolute(target) || !staysBelow(join(dirname(path), target))) return false;
  const real = await realpath(link).catch(() => null);
  return real === null || isInside(real, top);
}
