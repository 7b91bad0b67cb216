import { cp, lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { makeDir } from '../../host/make-dir.js';
import { resolveOwned } from '../../host/owned-path.js';
import { UsageError } from '../../model/errors.js';
import { isGlob, matchGlobs } from '../globs.js';
import type { PlainCopy } from './plain-image.js';

/**
 * Does what the COPY lines of a Dockerfile do: fills `tree` from the build context, links kept as links.
 *
 * @param file the Dockerfile, as it is named in errors
 * @throws UsageError `usage.bad_task` for a source that is not there, or not in the context
 */
export async function copyContext(
  copies: readonly PlainCopy[],
  { contextDir, tree, file }: { contextDir: string; tree: string; file: string },
): Promise<void> {
  const context = resolveOwned({ owner: 'task', path: contextDir, within: contextDir });
  await makeDir(tree);
  for (const { line, sources, target, intoDir } of copies) {
    for (const source of sources) {
      const bad = (why: string) =>
        new UsageError(`${file}:${line}: COPY ${source} ${why}.`, {
          code: 'usage.bad_task',
          fix: `Copy what is below ${contextDir}.`,
        });
      const found = await expand(context, source);
      if (found.length === 0) throw bad('finds nothing there');
      for (const path of found) {
        const real = await realpath(path).catch(() => null);
        if (real === null) throw bad('finds nothing there');
        if (real !== context && !real.startsWith(context + sep)) throw bad('leads out of the build context');
        await copyOne(real, basename(path), join(tree, target), intoDir).catch((error) => {
          throw bad(`cannot be done: ${error instanceof Error ? error.message : String(error)}`);
        });
      }
    }
  }
}

/** A directory gives its content; a file goes into a directory, or becomes the target. */
async function copyOne(from: string, name: string, to: string, intoDir: boolean): Promise<void> {
  const isDir = (await lstat(from)).isDirectory();
  const there = await stat(to).catch(() => null);
  const at = isDir || !(intoDir || there?.isDirectory()) ? to : join(to, name);
  await makeDir(dirname(at));
  await cp(from, at, {
    recursive: true,
    verbatimSymlinks: true,
    filter(source) {
      if (basename(source) === '.git') throw new Error('the workspace has a repository of its own');
      return true;
    },
  });
}

/** The paths that a source names, wildcards matched. */
async function expand(context: string, source: string): Promise<string[]> {
  const plain = source.replace(/^\/+/, '') || '.';
  if (!isGlob(plain)) return [join(context, plain)];
  const matches = matchGlobs([plain.replace(/^\.\//, '')]);
  const paths = await readdir(context, { recursive: true, withFileTypes: true });
  return paths
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => matches(relative(context, path).split(sep).join('/')))
    .sort();
}
