import { matchGlobs } from '../tasks/globs.js';
import type { Entry, Snapshot } from './snapshot.js';

export interface Change {
  path: string;
  change: 'added' | 'removed' | 'modified';
  before: Entry | null;
  after: Entry | null;
  /** Build output, by the task's ignore list: reported, but neither counted nor graded. */
  litter: boolean;
}

/** The differences between two snapshots of a tree. Lists are sorted; only `litter` and `changes` contain litter. */
export interface TreeDiff {
  added: string[];
  removed: string[];
  modified: string[];
  litter: string[];
  /** Whether there is a new `.git` below the top directory. */
  extraGitDir: boolean;
  /** All changes, litter included. */
  changes: Change[];
}

/** Compares content, executable bit, type and link target. A file that could not be hashed counts as changed. */
export function diffSnapshots(before: Snapshot, after: Snapshot, ignore: readonly string[]): TreeDiff {
  const isLitter = matchGlobs(ignore);
  const changes: Change[] = [];
  for (const path of [...new Set([...before.entries.keys(), ...after.entries.keys()])].sort()) {
    const [was, is] = [before.entries.get(path) ?? null, after.entries.get(path) ?? null];
    if (was !== null && is !== null && isSame(was, is)) continue;
    const change = was === null ? 'added' : is === null ? 'removed' : 'modified';
    changes.push({ path, change, before: was, after: is, litter: isLitter(path) });
  }
  const paths = (kind: Change['change']) =>
    changes.filter(({ change, litter }) => change === kind && !litter).map(({ path }) => path);
  return {
    added: paths('added'),
    removed: paths('removed'),
    modified: paths('modified'),
    litter: changes.filter(({ litter }) => litter).map(({ path }) => path),
    extraGitDir: after.gitDirs.some((dir) => !before.gitDirs.includes(dir)),
    changes,
  };
}

function isSame(a: Entry, b: Entry): boolean {
  return a.executable === b.executable && isSameContent(a, b);
}

/** Compares all but the executable bit. */
export function isSameContent(a: Entry, b: Entry): boolean {
  if (a.type !== b.type) return false;
  if (a.type === 'symlink') return a.target === b.target;
  return a.type === 'other' || (a.sha256 !== null && a.sha256 === b.sha256);
}
