import { constants } from 'node:fs';
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** O_NONBLOCK, so that a fifo put where a file was cannot hang us; O_NOFOLLOW, so that a link leads nowhere. */
const READ_AS_IS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Opens a path only if a regular file itself stands there; null for anything else, and for what cannot be read. */
export async function openRegularFile(path: string): Promise<FileHandle | null> {
  const handle = await open(path, READ_AS_IS).catch(() => null);
  if (handle === null) return null;
  const isFile = await handle.stat().then(
    (stat) => stat.isFile(),
    () => false,
  );
  if (isFile) return handle;
  await handle.close();
  return null;
}

/**
 * The content of a regular file below `root`, a real path. Null when it is longer than `maxBytes`, is no regular
 * file, or is reached through a link: what another directory holds is not part of this tree.
 */
export async function readRegularFile(root: string, path: string, maxBytes: number): Promise<Buffer | null> {
  const file = join(root, path);
  const handle = await openRegularFile(file);
  if (handle === null) return null;
  try {
    // Node has no openat(2). Where the parents lead is asked after opening, and that what is open is what stands there.
    const [parent, there, opened] = await Promise.all([realpath(dirname(file)), lstat(file), handle.stat()]);
    if (parent !== dirname(file) || there.ino !== opened.ino || there.dev !== opened.dev) return null;
    if (opened.size > maxBytes) return null;
    const content = Buffer.alloc(opened.size);
    const { bytesRead } = await handle.read(content, 0, content.length, 0);
    return content.subarray(0, bytesRead);
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}
