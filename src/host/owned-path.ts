import { realpathSync } from 'node:fs';
import { isAbsolute, normalize, sep } from 'node:path';
import { UsageError } from '../model/errors.js';

/** Who named a path that a child gets to see. What the first two name is shown wherever it lies. */
export type Owner = 'program' | 'user' | 'task' | 'plugin' | 'adapter' | 'repository';

/** A path that somebody named, with the directory that it may not leave. */
export interface OwnedPath {
  owner: Owner;
  path: string;
  /** The owner's own directory, as a real path that was taken when it was opened; null for the program and the user. */
  within: string | null;
}

/**
 * Where a path leads now, all links followed. To be asked when it is used: what was checked before may be another thing
 * by then.
 *
 * @throws UsageError `usage.leads_out` when it is not there, or not in its owner's directory
 */
export function resolveOwned({ owner, path, within }: OwnedPath): string {
  const real = realPathOf(path);
  if (real !== null && (within === null || isInside(real, within))) return real;
  const out = real === path ? `lies outside of ${within}` : `leads out of ${within}, to ${real}`;
  const what = real === null ? 'which is not there' : `which ${out}`;
  throw new UsageError(`The ${owner} names ${path}, ${what}.`, {
    code: 'usage.leads_out',
    fix: `Put what the ${owner} needs into its own directory, as files and not as links.`,
  });
}

/** Null when nothing is there. */
export function realPathOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** Whether a path is a directory or lies below it; both are real paths. */
export function isInside(path: string, dir: string): boolean {
  return path === dir || path.startsWith(dir.endsWith(sep) ? dir : dir + sep);
}

/** Whether a path that somebody wrote stays below the directory it is read in, links apart. */
export function staysBelow(path: string): boolean {
  const plain = normalize(path);
  return !isAbsolute(plain) && plain !== '..' && !plain.startsWith(`..${sep}`);
}
