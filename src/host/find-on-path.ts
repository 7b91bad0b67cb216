import { delimiter, isAbsolute } from 'node:path';
import which from 'which';

/** Directories of the system, which stand last on a PATH of ours. */
export const SYSTEM_DIRS = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** The first executable file of that name on a PATH, or null. Relative entries are passed over: they depend on the directory. */
export function findOnPath(name: string, path: string | undefined): string | null {
  const dirs = (path ?? '').split(delimiter).filter(isAbsolute);
  return dirs.length === 0 ? null : which.sync(name, { path: dirs.join(delimiter), nothrow: true });
}
