import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { resolveOwned } from '../host/owned-path.js';
import { installedFiles } from './installed-files.js';
import type { Site } from './sites.js';
import type { SourceRepo } from './source-repo.js';

/** Two lines with fewer characters than this occur in unrelated code. */
const MIN_CHARS = 40;
const MAX_BYTES = 2_000_000;
const CACHE_DIR = /(?:^|\/)(?:\.cache|\.vite)(?:\/|$)/;

/** Finds other files that contain the original code: there an agent could read the solution. */
export interface LeakFinder {
  /** Path of a file in the repository or its dependencies that contains the original lines of the site; or null. */
  find(site: Site, original: string): Promise<string | null>;
}

/**
 * A finder that reads all tracked files, and those files in dependencies that have the name of a source file or are in a
 * cache. Leaks are, for example, a committed build, or the repository's own package in its `node_modules`.
 */
export async function leakFinder(
  { tree, paths, dependencies, origin }: Pick<SourceRepo, 'tree' | 'paths' | 'dependencies' | 'origin'>,
  sources: ReadonlySet<string>,
): Promise<LeakFinder> {
  const names = new Set([...sources].map((path) => basename(path)));
  const installed = await Promise.all(
    dependencies.map(async ({ path, from }) => {
      const files = await installedFiles({ path, from: resolveOwned(from) }, origin ?? tree);
      return files
        .filter((file) => names.has(basename(file.path)) || CACHE_DIR.test(file.path))
        .sort((a, b) => (a.path < b.path ? -1 : 1));
    }),
  );
  const candidates = [...paths.map((path) => ({ path, file: join(tree, path) })), ...installed.flat()];
  return {
    async find(site, original) {
      const fragments = originalFragments(original, site);
      if (fragments.length === 0) return null;
      for (const { path, file } of candidates) {
        if (path === site.path) continue;
        const stats = await stat(file).catch(() => null);
        if (!stats?.isFile() || stats.size > MAX_BYTES) continue;
        const text = withoutBlanks(await readFile(file, 'utf8').catch(() => ''));
        if (fragments.some((fragment) => text.includes(fragment))) return path;
      }
      return null;
    },
  };
}

/** The original lines of the site, once with the line before them and once with the line after them. */
function originalFragments(original: string, { start, end }: Site): string[] {
  const lines = original.split('\n');
  const lineOf = (offset: number) => original.slice(0, offset).split('\n').length - 1;
  const [first, last] = [lineOf(start), lineOf(end)];
  const windows = [lines.slice(Math.max(0, first - 1), last + 1), lines.slice(first, last + 2)];
  return windows.map((each) => withoutBlanks(each.join('\n'))).filter(({ length }) => length >= MIN_CHARS);
}

/** So that the copy may be formatted differently. */
function withoutBlanks(text: string): string {
  return text.replace(/\s+/g, '');
}
