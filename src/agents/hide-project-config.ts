import { lstat, mkdtemp, realpath, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDir } from '../host/make-dir.js';
import { removeTree } from '../host/remove-tree.js';

export interface HiddenConfig {
  /** Restores paths that were not recreated meanwhile. May be called more than once. */
  restore(): Promise<void>;
}

/**
 * Moves files and directories of the workspace into a new directory below `dir`, which must be on the same file system.
 *
 * @throws the errors of the file system; a missing path is no error
 */
export async function hideProjectConfig(
  workspace: string,
  paths: readonly string[],
  dir: string,
): Promise<HiddenConfig> {
  const root = await realpath(workspace);
  const store = await mkdtemp(join(dir, 'hidden-'));
  const hidden: Array<{ path: string; stored: string }> = [];
  for (const [index, path] of paths.entries()) {
    const stored = join(store, String(index));
    if (await moveIfPresent(join(root, path), stored)) hidden.push({ path, stored });
  }
  return {
    async restore() {
      for (const { path, stored } of hidden.splice(0)) {
        const original = join(root, path);
        await makeDir(dirname(original)).catch(() => {});
        // If the agent replaced a parent by a link, the rename would write outside the workspace.
        const parent = await realpath(dirname(original)).catch(() => null);
        if (parent === dirname(original) && (await isMissing(original))) await rename(stored, original);
      }
      await removeTree(store);
    },
  };
}

async function moveIfPresent(from: string, to: string): Promise<boolean> {
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

async function isMissing(path: string): Promise<boolean> {
  return lstat(path).then(
    () => false,
    () => true,
  );
}
