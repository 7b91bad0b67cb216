import { chmod, lstat, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Errors for a tree with inaccessible directories, or one deeper than the maximum path length. */
const FIXABLE_ERRORS = new Set(['EACCES', 'EPERM', 'ENAMETOOLONG', 'ENOTEMPTY']);
/** Far enough below the maximum of 4096 for one more name. */
const LONG_PATH_BYTES = 2_048;

/**
 * Removes a file or directory with its content. Does not follow links; a missing path is not an error. Makes read-only
 * directories writable first (Go's module cache has many) and moves directories up that are too deep.
 *
 * @throws the error of the file system
 */
export async function removeTree(path: string): Promise<void> {
  // Retries, because a dying daemon may still hold a file.
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  try {
    await remove();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && FIXABLE_ERRORS.has(String(error.code)))) throw error;
    await makeRemovable(path);
    await remove();
  }
}

async function makeRemovable(root: string): Promise<void> {
  const stat = await lstat(root).catch(() => null);
  if (!stat?.isDirectory()) return;
  const pending = [root];
  let moved = 0;
  for (let dir = pending.pop(); dir !== undefined; dir = pending.pop()) {
    // The first attempt may still be removing entries: ignore missing ones.
    await chmod(dir, 0o700).catch(() => {});
    if (Buffer.byteLength(dir) > LONG_PATH_BYTES) {
      const shortPath = join(root, `moved-${moved++}`);
      const movedTo = await rename(dir, shortPath).then(
        () => shortPath,
        () => null,
      );
      if (movedTo === null) continue;
      dir = movedTo;
    }
    for (const entry of await readdir(dir, { withFileTypes: true }).catch(() => [])) {
      if (entry.isDirectory()) pending.push(join(dir, entry.name));
    }
  }
}
