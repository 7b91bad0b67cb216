import { lstatSync, readdirSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { Mount } from '../mount-plan.js';

export interface VisibleTrees {
  /** Directories and files to read, with everything below them. */
  readable: string[];
  writable: string[];
}

/**
 * Turns a mount plan into lists of allowed paths, for a sandbox that cannot hide a path below an allowed directory:
 * instead of such a directory, its visible children are listed.
 */
export function visibleTrees(mounts: readonly Mount[]): VisibleTrees {
  const views = new Map(mounts.filter(({ kind }) => kind !== 'link').map((mount) => [mount.at, mount.kind]));
  const split = new Set<string>();
  for (const at of views.keys()) {
    for (let dir = dirname(at); !split.has(dir); dir = dirname(dir)) split.add(dir);
  }
  const trees: VisibleTrees = { readable: [], writable: [] };
  const add = (path: string, inherited: string) => {
    const kind = views.get(path) ?? inherited;
    const allowWhole = !split.has(path) || kind === 'write';
    if (allowWhole) {
      if (kind === 'read') trees.readable.push(path);
      if (kind === 'write') trees.writable.push(path);
      return;
    }
    for (const name of namesIn(path)) {
      const child = join(path, name);
      // Skip links: their targets are listed under their own paths.
      if (lstatSync(child, { throwIfNoEntry: false })?.isSymbolicLink() === false) add(child, kind);
    }
  };
  add(sep, 'read');
  return trees;
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
