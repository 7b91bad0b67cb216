import { UsageError } from '../model/errors.js';
import { makeDir } from './make-dir.js';
import { whatFailed } from './what-failed.js';

/** Makes a directory below the cache. Errors: UsageError `usage.bad_cache_dir`. */
export async function makeCacheDir(cacheDir: string, dir: string): Promise<void> {
  await makeDir(dir).catch((cause: unknown) => {
    throw badCacheDir(cacheDir, cause);
  });
}

export function badCacheDir(cacheDir: string, cause: unknown): UsageError {
  return new UsageError(`Nothing can be kept in ${cacheDir}: ${whatFailed(cause)}.`, {
    code: 'usage.bad_cache_dir',
    fix: 'Set XDG_CACHE_HOME to a directory that you can write to.',
    cause,
  });
}
