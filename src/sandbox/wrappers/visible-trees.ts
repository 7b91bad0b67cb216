import { lstatSync, readdirSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { Mount } from '../mount-plan.js';

export interface VisibleTrees {
  /** Directories and files to be read, all that is below them included. */
  readable: string[];
  writable: string[];
}

/**
 * The same view as a list of what is allowed, for a sandbox that cannot take away below what it gives: a directory
 * with something hidden in it is given by its other children.
 */
export function visibleTrees(mounts: readonly Mount[]): VisibleTrees {
  const views = new Map(mounts.filter(({ kind }) => kind !== 'link').map((mount) => [mount.at, mount.kind]));
  const parted = new Set<string>();
  for (const at of views.keys()) {
    for (let dir = dirname(at); !parted.has(dir); dir = dirname(dir)) parted.add(dir);
  }
  const trees: VisibleTrees = { readable: [], writable: [] };
  const give = (path: string, inherited: string) => {
    const kind = views.get(path) ?? inherited;
    const whole = !parted.has(path) || kind === 'write';
    if (whole) {
      if (kind === 'read') trees.readable.push(path);
      if (kind === 'write') trees.writable.push(path);
      return;
    }
    for (const name of namesIn(path)) {
      const child = join(path, name);
      // A link gives nothing: what it leads to stands for itself.
      if (lstatSync(child, { throwIfNoEntry: false })?.isSymbolicLink() === false) give(child, kind);
    }
  };
  give(sep, 'read');
  return trees;
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
