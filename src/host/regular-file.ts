import { constants } from 'node:fs';
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemErrorText } from './system-error.js';

/** O_NONBLOCK, so that a fifo put where a file was cannot hang us; O_NOFOLLOW, so that a link leads nowhere. */
const READ_AS_IS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** The same for a file that the user named, which may be a link of the user's own. */
const READ_WHERE_IT_LEADS = constants.O_RDONLY | constants.O_NONBLOCK;

/** What stands at a path is not what this program reads; the message says what it is. */
export class NotReadable extends Error {}

/** Why a file could not be read, to stand after "cannot be read: ". */
export function readErrorText(error: unknown): string {
  if (error instanceof NotReadable) return `it ${error.message}`;
  return systemErrorText(error);
}

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
    return opened.size > maxBytes ? null : await contentOf(handle, opened.size);
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}

interface Reading {
  /** A longer file is not read at all. */
  maxBytes: number;
  /** Whether a link may stand there: only where the user named this very path. @default false */
  followLink?: boolean;
}

/**
 * The content of a file that somebody else may have written. Nothing but a regular file of at most `maxBytes` is read:
 * a fifo, a device or a link is refused before a byte of it is read. Errors: NotReadable; those of the file system.
 */
export async function readStoredFile(path: string, reading: Reading): Promise<Buffer> {
  const handle = await openStoredFile(path, reading);
  try {
    return await contentOf(handle, (await handle.stat()).size);
  } finally {
    await handle.close();
  }
}

/** The same file, open, to be read in pieces. Errors: as `readStoredFile`. */
export async function openStoredFile(path: string, { maxBytes, followLink }: Reading): Promise<FileHandle> {
  const handle = await open(path, followLink ? READ_WHERE_IT_LEADS : READ_AS_IS).catch(explained);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new NotReadable(stat.isDirectory() ? 'is a directory' : 'is no regular file');
    if (stat.size > maxBytes) throw new NotReadable(`is longer than ${megabytes(maxBytes)}`);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** No more than the size that was found allowed, however the file grows meanwhile. */
async function contentOf(handle: FileHandle, size: number): Promise<Buffer> {
  const content = Buffer.alloc(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await handle.read(content, filled, size - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return content.subarray(0, filled);
}

/** What the system says of a link that may not be followed is that there are too many of them. */
function explained(error: NodeJS.ErrnoException): never {
  // EMLINK is BSD's word for it.
  if (error.code === 'ELOOP' || error.code === 'EMLINK') throw new NotReadable('is a link');
  if (error.code === 'ENXIO') throw new NotReadable('is no regular file');
  throw error;
}

function megabytes(bytes: number): string {
  return bytes < 2 ** 20 ? `${Math.ceil(bytes / 1024)} KB` : `${Math.round(bytes / 2 ** 20)} MB`;
}
