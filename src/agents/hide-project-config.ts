import { lstat, mkdtemp, realpath, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDir } from '../host/make-dir.js';
import { removeTree } from '../host/remove-tree.js';

export interface HiddenConfig {
  /** Puts back what has its place free; what was made there in the meantime stays. May be called twice. */
  restore(): Promise<void>;
}

/** Moves files and directories out of a tree, into a new directory below `dir`, which is on the same file system. */
export async function hideProjectConfig(
  tree: string,
  paths: readonly string[],
  dir: string,
): Promise<HiddenConfig> {
  const root = await realpath(tree);
  const place = await mkdtemp(join(dir, 'aside-'));
  const taken: Array<{ path: string; kept: string }> = [];
  for (const [index, path] of paths.entries()) {
    const kept = join(place, String(index));
    if (await moved(join(root, path), kept)) taken.push({ path, kept });
  }
  return {
    async restore() {
      for (const { path, kept } of taken.splice(0)) {
        const home = join(root, path);
        await makeDir(dirname(home)).catch(() => {});
        // Where a link now stands for a parent, the way back would lead out of the tree.
        const parent = await realpath(dirname(home)).catch(() => null);
        if (parent === dirname(home) && (await isFree(home))) await rename(kept, home);
      }
      await removeTree(place);
    },
  };
}

async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code))) {
      return false;
    }
    throw error;
  }
}

async function isFree(path: string): Promise<boolean> {
  return lstat(path).then(
    () => false,
    () => true,
  );
}
