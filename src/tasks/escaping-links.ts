import { readdir, readlink } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isInside, realPathOf } from '../host/owned-path.js';

/**
 * Finds the links in a tree that lead out of it, dangling links included. Paths are relative to the tree, sorted.
 *
 * @param mountedAt path at which the tree will be used, if it differs: absolute links below it stay inside
 */
export async function escapingLinks(tree: string, mountedAt?: string): Promise<string[]> {
  const top = realPathOf(tree) ?? tree;
  const escaping: string[] = [];
  const walk = async (dir: string): Promise<void> => {
    for (const entry of await readdir(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) await walk(path);
      if (!entry.isSymbolicLink()) continue;
      const target = await readlink(path);
      if (mountedAt !== undefined && isAbsolute(target) && isInside(resolve(target), mountedAt)) continue;
      const targets = [resolve(dir, target), realPathOf(path)];
      if (targets.some((each) => each !== null && !isInside(each, top)))
        escaping.push(relative(top, path).split(sep).join('/'));
    }
  };
  await walk(top);
  return escaping.sort();
}
