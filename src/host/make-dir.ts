import { mkdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../model/errors.js';
import { systemErrorText } from './system-error.js';

/**
 * Directories with those above them. Node's own `recursive` asks for ever where the one above is there and nothing can
 * be made in it, as in /proc, and no signal ends that. Here each level is asked for twice at most.
 */

/** Makes `dir` and what is missing above it, all of that mode. Returns whether `dir` was missing. Errors: the system's. */
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
    // Another process may have been faster.
    if (isDirectory(await stat(dir).catch(() => null))) return false;
    throw error;
  }
}

/** The same, before it returns. */
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

const isDirectory = (found: { isDirectory(): boolean } | null) => found?.isDirectory() ?? false;

/** Makes a directory below the cache. Errors: UsageError `usage.bad_cache_dir`. */
export async function makeCacheDir(cacheDir: string, dir: string): Promise<void> {
  await makeDir(dir).catch((cause: unknown) => {
    throw badCacheDir(cacheDir, cause);
  });
}

export function badCacheDir(cacheDir: string, cause: unknown): UsageError {
  return new UsageError(`Nothing can be kept in ${cacheDir}: ${systemErrorText(cause)}.`, {
    code: 'usage.bad_cache_dir',
    fix: 'Set XDG_CACHE_HOME to a directory that you can write to.',
    cause,
  });
}
