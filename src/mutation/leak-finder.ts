import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { resolveOwned } from '../host/owned-path.js';
import { installedFiles } from './installed-files.js';
import type { Site } from './sites.js';
import type { SourceRepo } from './source-repo.js';

/** Two lines with less in them than this stand anywhere. */
const SHORTEST = 40;
const MAX_BYTES = 2_000_000;
const CACHE_DIR = /(?:^|\/)(?:\.cache|\.vite)(?:\/|$)/;

/** Finds the unmutated code elsewhere than where it belongs, where an agent could read how it was. */
export interface LeakFinder {
  /** Path of a file, in the repository or its dependencies, that has the lines at the site as they were; or null. */
  find(site: Site, original: string): Promise<string | null>;
}

/**
 * Looks through all tracked files, and through those in dependencies that have a source file's name or lie in a cache: a
 * package that is installed in its own environment, a build that was committed.
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
      const wanted = fragments(original, site);
      if (wanted.length === 0) return null;
      for (const { path, file } of candidates) {
        if (path === site.path) continue;
        const found = await stat(file).catch(() => null);
        if (!found?.isFile() || found.size > MAX_BYTES) continue;
        const text = flat(await readFile(file, 'utf8').catch(() => ''));
        if (wanted.some((each) => text.includes(each))) return path;
      }
      return null;
    },
  };
}

/** The lines of the site as they were with the one before them, and with the one behind. */
function fragments(original: string, { start, end }: Site): string[] {
  const lines = original.split('\n');
  const lineOf = (offset: number) => original.slice(0, offset).split('\n').length - 1;
  const [first, last] = [lineOf(start), lineOf(end)];
  const windows = [lines.slice(Math.max(0, first - 1), last + 1), lines.slice(first, last + 2)];
  return windows.map((each) => flat(each.join('\n'))).filter(({ length }) => length >= SHORTEST);
}

/** Without blanks: a formatter between the two changes nothing. */
function flat(text: string): string {
  return text.replace(/\s+/g, '');
}
