import { chmod, lstat, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What the system says of a tree that locks others out, or is deeper than a path may be. */
const STUBBORN = new Set(['EACCES', 'EPERM', 'ENAMETOOLONG', 'ENOTEMPTY']);
/** Leaves room for one more name below 4096. */
const LONG_PATH_BYTES = 2_048;

/**
 * Removes a file or directory with all that is in it, and follows no link; what is not there is no error. Directories
 * that their owner may not enter are opened first (Go's module cache is full of them), and too deep ones brought up.
 * Errors: those of the file system.
 */
export async function removeTree(path: string): Promise<void> {
  // A daemon that is just dying may still hold a file.
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  try {
    await remove();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && STUBBORN.has(String(error.code)))) throw error;
    await makeRemovable(path);
    await remove();
  }
}

async function makeRemovable(root: string): Promise<void> {
  const stat = await lstat(root).catch(() => null);
  if (!stat?.isDirectory()) return;
  const pending = [root];
  let raised = 0;
  for (let dir = pending.pop(); dir !== undefined; dir = pending.pop()) {
    // The first try may still be at work: what it took away meanwhile needs nothing.
    await chmod(dir, 0o700).catch(() => {});
    if (Buffer.byteLength(dir) > LONG_PATH_BYTES) {
      const nearer = join(root, `raised-${raised++}`);
      const raisedTo = await rename(dir, nearer).then(
        () => nearer,
        () => null,
      );
      if (raisedTo === null) continue;
      dir = raisedTo;
    }
    for (const entry of await readdir(dir, { withFileTypes: true }).catch(() => [])) {
      if (entry.isDirectory()) pending.push(join(dir, entry.name));
    }
  }
}
