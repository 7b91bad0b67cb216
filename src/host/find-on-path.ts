import { delimiter, isAbsolute } from 'node:path';
import which from 'which';

/** System directories: the last entries of every PATH that this program sets. */
export const SYSTEM_DIRS = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** The first executable file with that name on PATH, or null. Skips relative entries: they depend on the working directory. */
export function findOnPath(name: string, path: string | undefined): string | null {
  const dirs = (path ?? '').split(delimiter).filter(isAbsolute);
  return dirs.length === 0 ? null : which.sync(name, { path: dirs.join(delimiter), nothrow: true });
}
