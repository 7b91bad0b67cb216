import { realpathSync } from 'node:fs';
import { isAbsolute, normalize, sep } from 'node:path';
import { UsageError } from '../model/errors.js';

/** Who named a path that a child may see. The program and the user may name any path; the others only their own directory. */
export type Owner = 'program' | 'user' | 'task' | 'plugin' | 'adapter' | 'repository';

/** A path with its owner, and the directory that it may not leave. */
export interface OwnedPath {
  owner: Owner;
  path: string;
  /** Real path of the owner's directory, resolved when it was opened. Null for the program and the user. */
  within: string | null;
}

/**
 * Resolves the real path. Call it right before the path is used: a path checked earlier may have been replaced.
 *
 * @throws UsageError `usage.leads_out` when it does not exist or is outside of its owner's directory
 */
export function resolveOwned({ owner, path, within }: OwnedPath): string {
  const real = realPathOf(path);
  if (real !== null && (within === null || isInside(real, within))) return real;
  const outside = real === path ? `is outside of ${within}` : `leads out of ${within}, to ${real}`;
  const problem = real === null ? 'which does not exist' : `which ${outside}`;
  throw new UsageError(`The ${owner} names ${path}, ${problem}.`, {
    code: 'usage.leads_out',
    fix: `Put what the ${owner} needs into its own directory, as files and not as links.`,
  });
}

/** The real path, or null when nothing exists there. */
export function realPathOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** Whether `path` equals `dir` or is below it. Both must be real paths. */
export function isInside(path: string, dir: string): boolean {
  return path === dir || path.startsWith(dir.endsWith(sep) ? dir : dir + sep);
}

/** Whether a relative path stays below its base directory. Does not look at links. */
export function staysBelow(path: string): boolean {
  const plain = normalize(path);
  return !isAbsolute(plain) && plain !== '..' && !plain.startsWith(`..${sep}`);
}
