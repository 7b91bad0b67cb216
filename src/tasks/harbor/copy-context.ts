import { cp, lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { makeDir } from '../../host/make-dir.js';
import { resolveOwned } from '../../host/owned-path.js';
import { UsageError } from '../../model/errors.js';
import { isGlob, matchGlobs } from '../globs.js';
import type { PlainCopy } from './plain-image.js';

/**
 * Executes the COPY lines of a Dockerfile: fills `tree` from the build context. Links stay links.
 *
 * @param options.file the Dockerfile's name in errors
 * @throws UsageError `usage.bad_task` for a source that is missing or outside of the context
 */
export async function copyContext(
  copies: readonly PlainCopy[],
  { contextDir, tree, file }: { contextDir: string; tree: string; file: string },
): Promise<void> {
  const context = resolveOwned({ owner: 'task', path: contextDir, within: contextDir });
  await makeDir(tree);
  for (const { line, sources, target, intoDir } of copies) {
    for (const source of sources) {
      const badCopy = (why: string) =>
        new UsageError(`${file}:${line}: COPY ${source} ${why}.`, {
          code: 'usage.bad_task',
          fix: `Copy only files that are below ${contextDir}.`,
        });
      const paths = await expand(context, source);
      if (paths.length === 0) throw badCopy('matches no file');
      for (const path of paths) {
        const real = await realpath(path).catch(() => null);
        if (real === null) throw badCopy('matches no file');
        if (real !== context && !real.startsWith(context + sep))
          throw badCopy('leads out of the build context');
        await copyOne(real, basename(path), join(tree, target), intoDir).catch((error) => {
          throw badCopy(`failed: ${error instanceof Error ? error.message : String(error)}`);
        });
      }
    }
  }
}

/** Like COPY: copies the content of a directory; copies a file into a directory, or to the target's name. */
async function copyOne(from: string, name: string, to: string, intoDir: boolean): Promise<void> {
  const isDir = (await lstat(from)).isDirectory();
  const target = await stat(to).catch(() => null);
  const at = isDir || !(intoDir || target?.isDirectory()) ? to : join(to, name);
  await makeDir(dirname(at));
  await cp(from, at, {
    recursive: true,
    verbatimSymlinks: true,
    filter(source) {
      if (basename(source) === '.git') throw new Error('the workspace contains a git repository');
      return true;
    },
  });
}

/** The paths that a COPY source matches. */
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
