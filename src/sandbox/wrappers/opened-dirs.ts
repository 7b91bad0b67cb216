import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { Mount } from '../mount-plan.js';
import type { PlacedDir } from '../sandbox.js';

/** The directories that lack a mount point for what is placed below them; nothing can be made in them, read-only as they are. */
export function openedDirs(placed: readonly PlacedDir[], mounts: readonly Mount[]): string[] {
  const masks = mounts.flatMap((mount) => (mount.kind === 'mask' ? [mount.at + sep] : []));
  const lacking = placed.flatMap(({ at }) => {
    let parent = at;
    while (!existsSync(parent)) parent = dirname(parent);
    // A mask is made anew and takes mount points.
    return parent === at || masks.some((mask) => (parent + sep).startsWith(mask)) ? [] : [parent];
  });
  return [...new Set(lacking)].sort();
}

/** Lays the same directory over it, made anew from its own entries. */
export function openArgs(dir: string): string[] {
  const entries = readdirSync(dir, { withFileTypes: true });
  return [
    ...['--tmpfs', dir],
    ...entries.flatMap((entry) => {
      const path = join(dir, entry.name);
      return entry.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
    }),
  ];
}
