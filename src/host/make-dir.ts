import { mkdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../model/errors.js';
import { systemErrorText } from './system-error.js';

/**
 * Creates `dir` and its missing parents, all with that mode. Returns whether `dir` was missing.
 *
 * Node's own `recursive` option loops forever, even through signals, when a parent exists but allows no new entries,
 * as in /proc. This function tries each level at most twice.
 *
 * @throws the error of the system
 */
export async function makeDir(dir: string, mode = 0o777): Promise<boolean> {
  try {
    await mkdir(dir, { mode });
    return true;
  } catch (error) {
    if (isDirectory(await stat(dir).catch(() => null))) return false;
    if (!lacksParent(error, dir)) throw error;
  }
  await makeDir(dirname(dir), mode);
  try {
    await mkdir(dir, { mode });
    return true;
  } catch (error) {
    // Another process may have created it meanwhile.
    if (isDirectory(await stat(dir).catch(() => null))) return false;
    throw error;
  }
}

/** Synchronous version of `makeDir`. */
export function makeDirSync(dir: string, mode = 0o777): boolean {
  try {
    mkdirSync(dir, { mode });
    return true;
  } catch (error) {
    if (isDirectory(statOf(dir))) return false;
    if (!lacksParent(error, dir)) throw error;
  }
  makeDirSync(dirname(dir), mode);
  try {
    mkdirSync(dir, { mode });
    return true;
  } catch (error) {
    if (isDirectory(statOf(dir))) return false;
    throw error;
  }
}

function lacksParent(error: unknown, dir: string): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT' && dirname(dir) !== dir;
}

function statOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

const isDirectory = (stat: { isDirectory(): boolean } | null) => stat?.isDirectory() ?? false;

/**
 * Creates a directory below the cache.
 *
 * @throws UsageError `usage.bad_cache_dir`
 */
export async function makeCacheDir(cacheDir: string, dir: string): Promise<void> {
  await makeDir(dir).catch((cause: unknown) => {
    throw badCacheDir(cacheDir, cause);
  });
}

/** The error for a cache that this program cannot write to. */
export function badCacheDir(cacheDir: string, cause: unknown): UsageError {
  return new UsageError(`The cache directory ${cacheDir} is not writable: ${systemErrorText(cause)}.`, {
    code: 'usage.bad_cache_dir',
    fix: 'Set XDG_CACHE_HOME to a directory that you can write to.',
    cause,
  });
}
