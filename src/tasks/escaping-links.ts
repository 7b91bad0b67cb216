import { readdir, readlink } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isInside, realPathOf } from '../host/owned-path.js';

/**
 * The links in a tree that lead out of it, by their paths from its top; also those that lead nowhere yet.
 *
 * @param standsAt where the tree will stand for all who use it, when not where it is
 */
export async function escapingLinks(tree: string, standsAt?: string): Promise<string[]> {
  const top = realPathOf(tree) ?? tree;
  const found: string[] = [];
  const look = async (dir: string): Promise<void> => {
    for (const entry of await readdir(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) await look(path);
      if (!entry.isSymbolicLink()) continue;
      const target = await readlink(path);
      if (standsAt !== undefined && isAbsolute(target) && isInside(resolve(target), standsAt)) continue;
      const places = [resolve(dir, target), realPathOf(path)];
      if (places.some((place) => place !== null && !isInside(place, top)))
        found.push(relative(top, path).split(sep).join('/'));
    }
  };
  await look(top);
  return found.sort();
}
